import type { FleetWindow } from './contract.ts';
import { LatencyHistogram } from './latency.ts';
import { notYet, type TimedMessage } from './unanswered.ts';

/** Counts since the start of the process. */
export interface Totals {
  scheduled: number;
  sent: number;
  suppressed: number;
  pongs: number;
}

export type CloseCodes = Record<string, number>;

export function countCloseCode(codes: CloseCodes, code: number): void {
  codes[code] = (codes[code] ?? 0) + 1;
}

/** Measurements between `measure` and `report`. Times are milliseconds by `performance.now()`. */
export class MeasuredWindow {
  readonly #name: string;
  readonly #startedAt: number;
  readonly #before: Totals;
  readonly #cpuBefore = process.cpuUsage();
  readonly #corrected = new LatencyHistogram();
  readonly #uncorrected = new LatencyHistogram();
  readonly #lateness = new LatencyHistogram();
  readonly #closeCodes: CloseCodes = {};
  #lost = 0;
  #pongs = 0;
  #outstanding = 0;
  /**
   * Timed messages that wait for a pong; `#waited` is the sum of their waits, in milliseconds, up to `#summedUntil`.
   */
  #waiting = 0;
  #summedUntil: number;
  #waited = 0;

  constructor(name: string, startedAt: number, totals: Totals) {
    this.#name = name;
    this.#startedAt = startedAt;
    this.#summedUntil = startedAt;
    this.#before = { ...totals };
  }

  sent(scheduledAt: number, now: number): void {
    this.#lateness.record(now - scheduledAt);
  }

  /** False for a message that was due before the window. */
  covers(message: TimedMessage): boolean {
    return message.scheduledAt >= this.#startedAt;
  }

  /** Counts the message as waiting from now on, and adds its wait since it was due. */
  timed(message: TimedMessage, now: number): void {
    if (!this.covers(message)) return;
    this.#change(1, now);
    this.#waited += now - message.scheduledAt;
  }

  ponged(message: TimedMessage, now: number): void {
    if (!this.covers(message)) return;
    this.#change(-1, now);
    this.#pongs += 1;
    this.#corrected.record(now - message.scheduledAt);
    if (message.sentAt !== notYet) this.#uncorrected.record(now - message.sentAt);
  }

  /** Counts the wait so far: a server that never answers must not look better than a slow one. */
  unanswered(message: TimedMessage, now: number): void {
    if (!this.covers(message)) return;
    this.#change(-1, now);
    this.#outstanding += 1;
    this.#corrected.record(now - message.scheduledAt);
  }

  #change(by: 1 | -1, now: number): void {
    this.#waited += this.#waiting * (now - this.#summedUntil);
    this.#summedUntil = now;
    this.#waiting += by;
  }

  lost(code: number): void {
    this.#lost += 1;
    countCloseCode(this.#closeCodes, code);
  }

  line(now: number, open: number, totals: Totals): FleetWindow {
    const cpu = process.cpuUsage(this.#cpuBefore);
    return {
      type: 'window',
      window: this.#name,
      durationMilliseconds: now - this.#startedAt,
      open,
      lost: this.#lost,
      closeCodes: this.#closeCodes,
      scheduled: totals.scheduled - this.#before.scheduled,
      sent: totals.sent - this.#before.sent,
      suppressed: totals.suppressed - this.#before.suppressed,
      pongs: this.#pongs,
      outstanding: this.#outstanding,
      waitingMean: this.#waited / Math.max(now - this.#startedAt, Number.MIN_VALUE),
      correctedMicroseconds: this.#corrected.encode(),
      uncorrectedMicroseconds: this.#uncorrected.encode(),
      latenessMicroseconds: this.#lateness.encode(),
      cpuUserMicroseconds: cpu.user,
      cpuSystemMicroseconds: cpu.system,
    };
  }
}
