import type { Config } from '../../plan/config.ts';
import { formatInterval, whole } from '../../text/format.ts';
import type { LoadWords, MeasuringPlan } from './figure-row.ts';

export function loadWords({ memory, intervalMilliseconds }: Config): LoadWords {
  return { clients: String(memory.clients), interval: formatInterval(intervalMilliseconds) };
}

/** Words for a label outside any run. */
export const anyLoad: LoadWords = { clients: 'N', interval: 'a second' };

/** "10 clients, one message a second". */
export function atMemory({ config }: MeasuringPlan): string {
  const { clients, interval } = loadWords(config);
  return `${clients} clients, one message ${interval}`;
}

/** How often each client sends, and how much. */
export function sent({ config }: MeasuringPlan): string[] {
  return [`one message ${loadWords(config).interval}`, sizeOf(config)];
}

/** The load of the memory phase. */
export function memoryLoad(plan: MeasuringPlan): string[] {
  return [`${loadWords(plan.config).clients} clients`, ...sent(plan)];
}

/** The rates at which clients arrive, and what they send. */
export function arriving({ config }: MeasuringPlan): string[] {
  const { ratesPerSecond } = config.arrivals;
  return [ratesPerSecond.length === 0 ? 'rising rates' : `at ${ratesPerSecond.join(', ')} a second`, sizeOf(config)];
}

function sizeOf({ messageBytes }: Config): string {
  return `messages of ${whole(messageBytes)} bytes`;
}

/** Compile time and executables depend on the machine that builds them. */
export function builtHere({ isSameMachine }: MeasuringPlan): string {
  return isSameMachine ? '' : ", built on the fleet's machine";
}
