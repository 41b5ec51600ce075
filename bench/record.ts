import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fleetLineSchema } from '../clients/contract.ts';
import { agentLineSchema } from '../servers/contract/agent.ts';
import { contenderNames } from '../servers/contract/contenders.ts';
import { parseJson } from '../servers/contract/json.ts';
import { hostLimitsSchema } from '../servers/contract/limits.ts';
import { arrivalStepSchema } from './arrivals/step.ts';
import { configSchema } from './config.ts';
import { environmentSchema } from './environment.ts';
import { BenchError, messageOf } from './errors.ts';
import { httpsRateSchema } from './https/rate.ts';
import { verdictSchema } from './limits/diagnose.ts';
import { phaseNames } from './profiles.ts';
import { stepSchema } from './trial/step.ts';

export const schemaVersion = 2;
export const recordFileName = 'record.jsonl';

const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();
const contender = z.enum(contenderNames);

/** One ceiling of one machine: what it is, what is in use, what the plan needs of it, and the clients it allows. */
const ceilingSchema = z.object({
  name: z.string(),
  host: z.enum(['server', 'fleet']),
  unit: z.string(),
  limit: z.number(),
  current: z.number(),
  needed: z.number(),
  maxClients: count,
  /** How it is lifted. */
  mend: z.string(),
});

/** Moments of a trial that its raw samples are cut at. */
export const markNames = ['idle', 'connecting', 'window-start', 'window-end'] as const;

/** One line of a record. `monotonicMilliseconds` is CLOCK_MONOTONIC of the machine the line came from. */
export const entrySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run'),
    schemaVersion: z.literal(schemaVersion),
    startedAt: z.iso.datetime(),
    config: configSchema,
    environment: environmentSchema,
    host: z.object({ address: z.string(), isSameMachine: z.boolean() }),
  }),
  /** Ceilings of the machine that servers run on and of the one that the fleet runs on, before the first trial. */
  z.object({ type: z.literal('limits'), server: hostLimitsSchema, fleet: hostLimitsSchema }),
  /** How far one search can come by them, and what would bind first. */
  z.object({
    type: z.literal('preflight'),
    contender,
    sending: z.boolean(),
    clients: count,
    fits: z.boolean(),
    ceilings: z.array(ceilingSchema),
    /** The one that allows the fewest clients. */
    binding: ceilingSchema.optional(),
  }),
  /** One build from clean. */
  z.object({
    type: z.literal('build'),
    contender,
    typeCheckMilliseconds: milliseconds,
    bundleMilliseconds: milliseconds,
  }),
  /** Sizes of the files that are then started. */
  z.object({
    type: z.literal('bundle'),
    contender,
    bytes: count,
    gzipBytes: count,
    brotliBytes: count,
    executableBytes: count.optional(),
    /** Why there is no single executable. */
    executableFailure: z.string().optional(),
  }),
  z.object({
    type: z.literal('trial'),
    trial: z.string(),
    phase: z.enum(phaseNames),
    contender,
    /** The search that this is one attempt of. */
    search: z.string().optional(),
    monotonicMilliseconds: milliseconds,
  }),
  z.object({ type: z.literal('server'), trial: z.string(), line: agentLineSchema }),
  z.object({ type: z.literal('fleet'), trial: z.string(), process: count, line: fleetLineSchema }),
  z.object({
    type: z.literal('mark'),
    trial: z.string(),
    name: z.enum(markNames),
    monotonicMilliseconds: milliseconds,
  }),
  /** One step of a ramp, as it was judged. */
  z.object({ type: z.literal('step'), trial: z.string(), step: stepSchema }),
  /** One rate at which clients arrived, and what became of them. */
  z.object({ type: z.literal('arrival'), trial: z.string(), step: arrivalStepSchema }),
  /** One way of sending plain HTTPS requests, and how many the server answered. */
  z.object({ type: z.literal('https'), trial: z.string(), rate: httpsRateSchema }),
  /** A trial that came to its end, with what stopped an attempt to reach a number of clients; or one that broke off. */
  z.discriminatedUnion('outcome', [
    z.object({
      type: z.literal('trialEnd'),
      trial: z.string(),
      outcome: z.literal('complete'),
      stop: verdictSchema.optional(),
    }),
    z.object({
      type: z.literal('trialEnd'),
      trial: z.string(),
      outcome: z.literal('failed'),
      code: z.string(),
      message: z.string(),
    }),
  ]),
  /** What a search found: clients that were held, and the lowest number above that were not. */
  z.object({
    type: z.literal('search'),
    search: z.string(),
    phase: z.enum(phaseNames),
    contender,
    clients: count,
    failedClients: count.optional(),
    /** The two are as close as was asked for. */
    isNarrow: z.boolean(),
    /** What kept the server from `failedClients`, or what else ended the search. */
    stop: verdictSchema,
  }),
  z.object({ type: z.literal('warning'), message: z.string() }),
  z.object({
    type: z.literal('end'),
    endedAt: z.iso.datetime(),
    outcome: z.enum(['complete', 'interrupted', 'failed']),
    message: z.string().optional(),
  }),
]);

export type Entry = z.infer<typeof entrySchema>;
export type EntryOf<Type extends Entry['type']> = Extract<Entry, { type: Type }>;

/** An append-only file of entries. Each is with the kernel when `append` returns: a crash of ours loses nothing. */
export class RecordWriter {
  readonly directory: string;
  readonly #descriptor: number;
  readonly #broken = new AbortController();

  /** @throws BenchError RESULTS_NOT_WRITABLE */
  constructor(directory: string) {
    this.directory = directory;
    try {
      mkdirSync(directory, { recursive: true });
      this.#descriptor = openSync(join(directory, recordFileName), 'ax');
    } catch (error) {
      throw unwritable(directory, error);
    }
  }

  /**
   * Aborted, with a BenchError as its reason, when the record could not be written: what is not recorded need not be
   * measured. `append` itself never throws, because it is called where nobody could catch it.
   */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  append(entry: Entry): void {
    // A record goes up to its first gap.
    if (this.broken.aborted) return;
    try {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      for (let written = 0; written < line.length; ) written += writeSync(this.#descriptor, line, written);
    } catch (error) {
      this.#broken.abort(unwritable(this.directory, error));
    }
  }

  close(): void {
    try {
      fsyncSync(this.#descriptor);
    } catch (error) {
      this.#broken.abort(unwritable(this.directory, error));
    }
    closeSync(this.#descriptor);
  }
}

/** Reads a record. A last line that was torn by a crash is left out. @throws BenchError RECORD_UNREADABLE */
export async function readRecord(directory: string): Promise<Entry[]> {
  const file = join(directory, recordFileName);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(`${file} cannot be read (${messageOf(error)}): name the folder of a run`);
  });
  const lines = text.split('\n');
  // What follows the last newline is empty, or a line that was being written when the machine stopped.
  lines.pop();
  const entries = lines.map((line, index) => readEntry(parseJson(line), `${file}, line ${index + 1},`));
  if (entries[0]?.type === 'run') return entries;
  throw unreadable(
    `${file}, line 1, does not begin a run, so there is nothing to read: name the folder of another run`,
  );
}

const versionedSchema = z.object({ type: z.literal('run'), schemaVersion: z.number() });

function readEntry(value: unknown, where: string): Entry {
  const entry = entrySchema.safeParse(value);
  if (entry.success) return entry.data;
  const run = versionedSchema.safeParse(value);
  if (run.success && run.data.schemaVersion !== schemaVersion) {
    throw unreadable(
      `${where} is of version ${run.data.schemaVersion}, and this suite reads version ${schemaVersion}: use the release that wrote it`,
    );
  }
  const issue = entry.error.issues[0];
  const what = [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ');
  throw unreadable(`${where} is damaged (${what}): take the record from a copy, or measure again`);
}

export function unwritable(directory: string, error: unknown): BenchError {
  return new BenchError(
    'RESULTS_NOT_WRITABLE',
    `results cannot be written to ${directory} (${messageOf(error)}): choose another folder with --results`,
  );
}

function unreadable(sentence: string): BenchError {
  return new BenchError('RECORD_UNREADABLE', sentence);
}
