import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { ciphers } from './contract/ciphers.ts';
import { defaultMessageBytes, largestMessageBytes, smallestMessageBytes } from './contract/message.ts';
import type { ListenSettings } from './models/model.ts';
import type { WorkSettings } from './work/settings.ts';

const usage = `options (each with its default):
  --host 127.0.0.1         address to listen on
  --port 0                 port; 0 takes a free one; may be given several times
  --cert FILE --key FILE   the server's certificate and private key, PEM
  --cipher TLS_AES_128_GCM_SHA256
  --message-bytes ${defaultMessageBytes}
  --backlog 4096           length of the accept queue
  --max-threads 30000      most threads, and so connections, of a server with a thread per connection
  --deadline-ms 15000      time for TLS and upgrade together, and for the close handshake
  --report-ms 1000         time between two lines of counters`;

const whole = (name: string, low: number, high: number) =>
  z.pipe(
    // Digits only, because Number() turns an empty text into 0.
    z.string().check(z.regex(/^\d+$/, `--${name} takes a whole number`)),
    z.coerce
      .number<string>()
      .check(z.minimum(low, `--${name} takes ${low} or more`), z.maximum(high, `--${name} takes ${high} or less`)),
  );

const optionsSchema = z.object({
  host: z.string(),
  port: z.array(whole('port', 0, 65_535)),
  cert: z.string('--cert is missing'),
  key: z.string('--key is missing'),
  cipher: z.enum(ciphers, `--cipher takes one of ${ciphers.join(', ')}`),
  'message-bytes': whole('message-bytes', smallestMessageBytes, largestMessageBytes),
  backlog: whole('backlog', 1, 65_535),
  'max-threads': whole('max-threads', 1, 100_000),
  'deadline-ms': whole('deadline-ms', 100, 600_000),
  'report-ms': whole('report-ms', 50, 60_000),
});

/** Bad arguments; `message` is the sentence to print. */
export class UsageError extends Error {}

/**
 * Reads the command line of a server and the two files that it names.
 *
 * @throws UsageError
 */
export function readArguments(argv: string[]): ListenSettings {
  const options = parse(optionsSchema, readOptions(argv));
  return {
    host: options.host,
    ports: options.port,
    backlog: options.backlog,
    maxThreads: options['max-threads'],
    reportMilliseconds: options['report-ms'],
    work: {
      ...readPair(options.cert, options.key),
      cipher: options.cipher,
      messageBytes: options['message-bytes'],
      deadlineMilliseconds: options['deadline-ms'],
    },
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
        'report-ms': text('1000'),
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

function parse<Output>(schema: z.ZodMiniType<Output>, value: unknown): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UsageError(`${parsed.error.issues[0]?.message ?? 'bad options'}\n${usage}`);
}

/**
 * Checked at the start: a server that loads them later, in its threads, would report ready and then serve no client.
 */
function readPair(certificateFile: string, keyFile: string): Pick<WorkSettings, 'certificate' | 'key'> {
  const certificate = readPem('cert', certificateFile);
  const key = readPem('key', keyFile);
  if (!isMatchingPair(certificate, key)) {
    throw new UsageError(
      `--cert and --key: ${certificateFile} and ${keyFile} are not a certificate and its key in PEM`,
    );
  }
  return { certificate, key };
}

function isMatchingPair(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function readPem(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`--${option}: ${file} cannot be read`);
  }
}
