import { buildMessage, messageSchema } from '../../../servers/contract/message.ts';

/**
 * The work that no server can avoid: repeats `JSON.parse` and the schema on the bytes of the suite's messages, in its
 * own process like a server. Prints the CPU time of one message in microseconds.
 */
const [bytes = 10_240, rounds = 300] = process.argv.slice(2).map(Number);
const messages = Array.from({ length: 64 }, (_, index) =>
  Buffer.from(JSON.stringify(buildMessage(index, index, 1_767_225_600_000, bytes))),
);

function parseAll(times: number): void {
  for (let round = 0; round < times; round += 1) {
    for (const message of messages) messageSchema.parse(JSON.parse(message.toString()));
  }
}

// A warm-up, so that compilation does not count.
parseAll(Math.ceil(rounds / 10));
const before = process.cpuUsage();
parseAll(rounds);
const used = process.cpuUsage(before);
process.stdout.write(`${(used.user + used.system) / rounds / messages.length}\n`);
