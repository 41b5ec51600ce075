import type { FleetArrived, FleetConnected, FleetWindow } from '../../../clients/contract.ts';
import type { Timeline } from '../../host/timeline.ts';
import type { Config } from '../../plan/config.ts';
import type { AuditCheck } from '../../record/check.ts';
import { audit } from './audit.ts';
import type { Audited, AuditedWindow, Span } from './check.ts';

/** What the audit needs from the processes of a trial. */
interface TrialProcesses {
  timeline: Timeline;
  fleet: { readonly processes: number };
}

/** Collects the data for the audit while a trial runs. */
export class Ledger {
  readonly #config: Config;
  readonly #windows: AuditedWindow[] = [];
  readonly #spans: Span[] = [];
  readonly #handshakes: Audited['handshakes'][number][] = [];
  readonly #arrivals = { due: 0, finished: 0 };
  #processes: TrialProcesses | undefined = undefined;

  constructor(config: Config) {
    this.#config = config;
  }

  attach(processes: TrialProcesses): void {
    this.#processes = processes;
  }

  connected(answers: FleetConnected[]): FleetConnected[] {
    this.#handshakes.push(...answers);
    return answers;
  }

  arrived(answers: FleetArrived[]): FleetArrived[] {
    this.#handshakes.push(...answers);
    for (const { due, finished } of answers) {
      this.#arrivals.due += due;
      this.#arrivals.finished += finished;
    }
    return answers;
  }

  claim(
    { startedAt, endedAt, fleet }: { startedAt: number; endedAt: number; fleet: FleetWindow[] },
    clientsRequested: number,
    sending: boolean,
  ): void {
    this.#windows.push({ clientsRequested, sending, startedAt, endedAt, fleet });
  }

  claimSpan(span: Span): void {
    this.#spans.push(span);
  }

  /** Call this after server and fleet have ended. */
  audit(): AuditCheck[] {
    if (this.#processes === undefined) return [];
    const { timeline, fleet } = this.#processes;
    const endedInOrder = timeline.end?.value.exitCode === 0 && timeline.guard === undefined;
    return audit({
      config: this.#config,
      windows: this.#windows,
      spans: this.#spans,
      handshakes: this.#handshakes,
      samples: timeline.samples,
      counters: endedInOrder ? timeline.counters.at(-1)?.value : undefined,
      fleet: timeline.fleetEnds.length === fleet.processes ? totals(timeline.fleetEnds) : undefined,
      arrivals: this.#arrivals,
    });
  }
}

function totals(ends: Timeline['fleetEnds']): { sent: number; lost: number } {
  return ends.reduce<{ sent: number; lost: number }>(
    (sum, { sent = Number.NaN, lost = Number.NaN }) => ({ sent: sum.sent + sent, lost: sum.lost + lost }),
    { sent: 0, lost: 0 },
  );
}
