import { z } from 'zod';

const count = z.int().nonnegative();

const milliseconds = z.number().nonnegative();

/** Figures of one hold of a step: clients are connected, held, and then judged. */
export const observationSchema = z.object({
  sending: z.boolean(),
  clientsRequested: count,
  /** Open at the end of the hold, as the fleet saw it. */
  clientsOpen: count,
  /** Sessions lost during the hold, or since the step before. */
  clientsLost: count,
  /** Connections that failed to open in this step, by kind. */
  connectFailures: z.record(z.string(), count),
  /** Connections opened in this step, and the time from the first attempt to the last upgrade. */
  connectionsOpened: count,
  connectMilliseconds: milliseconds,
  /** From TCP connect to upgrade. */
  connectP99Milliseconds: milliseconds.optional(),
  holdMilliseconds: milliseconds,
  /** Messages that came due, and that were written, in the hold, by the fleet's count. */
  messagesScheduled: count,
  messagesSent: count,
  /**
   * Between two lines of the server's counters: messages due (open clients times intervals), and parsed (its count).
   */
  messagesDue: z.number().nonnegative(),
  messagesParsed: count,
  /** From message to pong; absent when nothing was sent. */
  correctedP50Milliseconds: milliseconds.optional(),
  correctedP99Milliseconds: milliseconds.optional(),
  correctedMaxMilliseconds: milliseconds.optional(),
  uncorrectedP99Milliseconds: milliseconds.optional(),
  latenessP99Milliseconds: milliseconds.optional(),
  /** Messages sent as a share of those that the fleet could send to a server that reads and discards. */
  fleetCeilingShare: z.number().nonnegative().optional(),
  /** Share of one core that the busiest fleet process used. */
  fleetBusyShare: z.number(),
  /** Share of all cores in use at the end of the hold; only when server and fleet share the machine. */
  machineBusyShare: z.number().optional(),
  /** True when the server's counters came at the start and at the end of the hold. */
  serverReported: z.boolean(),
  serverRssBytes: count.optional(),
  serverCpuMicrosecondsPerMessage: z.number().nonnegative().optional(),
  fleetCpuMicrosecondsPerMessage: z.number().nonnegative().optional(),
});

export type Observation = z.infer<typeof observationSchema>;

export const verdicts = ['passed', 'failed', 'void'] as const;

/** The ways in which a step can fail, which a stop cause has to explain. */
export const symptoms = ['connections', 'reports', 'messages'] as const;

export type Symptom = (typeof symptoms)[number];

export const stepSchema = z.object({
  observation: observationSchema,
  /** `void`: the fleet was at its limit, so the step says nothing about the server. */
  verdict: z.enum(verdicts),
  /** A phrase per criterion that was not met; empty when the step passed. */
  reasons: z.array(z.string()),
  /**
   * Symptoms of a failed step: clients missing or lost, no counters from the server, or messages late or not parsed.
   */
  symptoms: z.array(z.enum(symptoms)),
});

export type Step = z.infer<typeof stepSchema>;
