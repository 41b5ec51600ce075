import { z } from 'zod';

const count = z.int().nonnegative();

const milliseconds = z.number().nonnegative();

/** What was seen in one step of a ramp: clients asked for, brought up, held, and then judged. */
export const observationSchema = z.object({
  sending: z.boolean(),
  clientsRequested: count,
  /** Open at the end of the hold, as the fleet saw it. */
  clientsOpen: count,
  /** Sessions lost during the hold, or since the step before. */
  clientsLost: count,
  /** Connections that could not be opened, by kind, in this step. */
  connectFailures: z.record(z.string(), count),
  /** Opened in this step, and the time from the first attempt to the last upgrade. */
  connectionsOpened: count,
  connectMilliseconds: milliseconds,
  /** TCP connect to upgrade. */
  connectP99Milliseconds: milliseconds.optional(),
  holdMilliseconds: milliseconds,
  /** Messages that came due and were written in the hold, as the fleet counted them. */
  messagesScheduled: count,
  messagesSent: count,
  /** Messages due and parsed between two lines of the server's counters: clients open times intervals, and its count. */
  messagesDue: z.number().nonnegative(),
  messagesParsed: count,
  /** Message to pong; absent when nothing was sent. */
  correctedP50Milliseconds: milliseconds.optional(),
  correctedP99Milliseconds: milliseconds.optional(),
  correctedMaxMilliseconds: milliseconds.optional(),
  uncorrectedP99Milliseconds: milliseconds.optional(),
  latenessP99Milliseconds: milliseconds.optional(),
  /** Messages sent, of those that the fleet could send to a server that reads and discards. */
  fleetCeilingShare: z.number().nonnegative().optional(),
  /** Of the busiest fleet process. */
  fleetBusyShare: z.number(),
  /** Of all cores, at the end of the hold; only where servers and fleet share them. */
  machineBusyShare: z.number().optional(),
  /** The server's counters came at the start and at the end of the hold. */
  serverReported: z.boolean(),
  serverRssBytes: count.optional(),
  serverCpuMicrosecondsPerMessage: z.number().nonnegative().optional(),
  fleetCpuMicrosecondsPerMessage: z.number().nonnegative().optional(),
});

export type Observation = z.infer<typeof observationSchema>;

export const verdicts = ['passed', 'failed', 'void'] as const;

/** What a cause has to explain: in which way a step failed. */
export const symptoms = ['connections', 'reports', 'messages'] as const;

export type Symptom = (typeof symptoms)[number];

export const stepSchema = z.object({
  observation: observationSchema,
  /** `void`: the fleet, not the server, was at its limit; the step says nothing about the server. */
  verdict: z.enum(verdicts),
  /** Each criterion that was not met, as a sentence; empty when the step passed. */
  reasons: z.array(z.string()),
  /** Of a step that failed: clients missing or lost, no word from the server, or messages late or not parsed. */
  symptoms: z.array(z.enum(symptoms)),
});

export type Step = z.infer<typeof stepSchema>;
