import type { Config } from '../../plan/config.ts';
import { formatInterval, whole } from '../../text/format.ts';
import type { LoadWords, MeasuringPlan } from './figure-row.ts';

export function loadWords({ memory, intervalMilliseconds }: Config): LoadWords {
  return { clients: String(memory.clients), interval: formatInterval(intervalMilliseconds) };
}

/** Words for a label where no run is at hand. */
export const anyLoad: LoadWords = { clients: 'N', interval: 'a second' };

/** "10 clients, one message a second". */
export function atMemory({ config }: MeasuringPlan): string {
  const { clients, interval } = loadWords(config);
  return `${clients} clients, one message ${interval}`;
}

/** What each client sends. */
export function sent({ config }: MeasuringPlan): string[] {
  return [`one message ${loadWords(config).interval}`, sizeOf(config)];
}

/** The load of the memory phase. */
export function memoryLoad(plan: MeasuringPlan): string[] {
  return [`${loadWords(plan.config).clients} clients`, ...sent(plan)];
}

/** The rates at which clients come. */
export function arriving({ config }: MeasuringPlan): string[] {
  const { ratesPerSecond } = config.arrivals;
  return [ratesPerSecond.length === 0 ? 'rising rates' : `at ${ratesPerSecond.join(', ')} a second`, sizeOf(config)];
}

function sizeOf({ messageBytes }: Config): string {
  return `messages of ${whole(messageBytes)} bytes`;
}

/** A figure of a compiler or of Node depends on the machine that it ran on, or that it is for. */
export function builtHere({ isSameMachine }: MeasuringPlan): string {
  return isSameMachine ? '' : ", built on the fleet's machine";
}
