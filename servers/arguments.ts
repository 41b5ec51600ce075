import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { defaultMessageBytes } from './contract/message.ts';
import type { ListenSettings } from './models/model.ts';
import { workSettingsSchema } from './work/settings.ts';

const usage = `options (each with its default):
  --host 127.0.0.1         address to listen on
  --port 0                 port; 0 takes a free one; may be given several times
  --cert FILE --key FILE   the server's certificate and private key, PEM
  --cipher TLS_AES_128_GCM_SHA256
  --message-bytes ${defaultMessageBytes}
  --backlog 4096           length of the accept queue
  --max-threads 30000      threads, and so connections, of a server with a thread per connection
  --deadline-ms 15000      time for TLS and upgrade together, and for the close handshake`;

const whole = (name: string, low: number, high: number) =>
  z.coerce
    .number(`--${name} takes a whole number`)
    .check(
      z.int(`--${name} takes a whole number`),
      z.minimum(low, `--${name} takes ${low} or more`),
      z.maximum(high, `--${name} takes ${high} or less`),
    );

const optionsSchema = z.object({
  host: z.string(),
  port: z.array(whole('port', 0, 65_535)),
  cert: z.string('--cert is missing'),
  key: z.string('--key is missing'),
  cipher: z.string(),
  'message-bytes': whole('message-bytes', 0, Number.MAX_SAFE_INTEGER),
  backlog: whole('backlog', 1, 65_535),
  'max-threads': whole('max-threads', 1, 100_000),
  'deadline-ms': whole('deadline-ms', 100, 600_000),
});

/** Bad arguments: `message` is the sentence to print. */
export class UsageError extends Error {}

/** Reads the command line of a server and the two files it names. @throws UsageError */
export function readArguments(argv: string[]): ListenSettings {
  const options = parse(optionsSchema, readOptions(argv));
  return {
    host: options.host,
    ports: options.port,
    backlog: options.backlog,
    maxThreads: options['max-threads'],
    work: parse(workSettingsSchema, {
      certificate: readPem('cert', options.cert),
      key: readPem('key', options.key),
      cipher: options.cipher,
      messageBytes: options['message-bytes'],
      deadlineMilliseconds: options['deadline-ms'],
    }),
  };
}

function readOptions(argv: string[]): unknown {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  try {
    return parseArgs({
      args: argv,
      strict: true,
      options: {
        host: text('127.0.0.1'),
        port: { type: 'string', multiple: true, default: ['0'] },
        cert: { type: 'string' },
        key: { type: 'string' },
        cipher: text('TLS_AES_128_GCM_SHA256'),
        'message-bytes': text(String(defaultMessageBytes)),
        backlog: text('4096'),
        'max-threads': text('30000'),
        'deadline-ms': text('15000'),
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

function parse<Output>(schema: z.ZodMiniType<Output>, value: unknown): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UsageError(`${issue?.message ?? 'bad options'} (${issue?.path.join('.') ?? ''})\n${usage}`);
}

function readPem(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`--${option}: ${file} cannot be read`);
  }
}
