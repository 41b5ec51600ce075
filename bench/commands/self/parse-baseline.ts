import { buildMessage, messageSchema } from '../../../servers/contract/message.ts';

/**
 * What no server can do without: `JSON.parse` and the schema, over and over, on the bytes of the suite's messages.
 * A process of its own, as a server is one. Prints the CPU time of one message in microseconds.
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

// The compiler's work is not the message's.
parseAll(Math.ceil(rounds / 10));
const before = process.cpuUsage();
parseAll(rounds);
const used = process.cpuUsage(before);
process.stdout.write(`${(used.user + used.system) / rounds / messages.length}\n`);
