import type { Client } from 'autocannon';
import { LatencyHistogram } from '../latency.ts';
import type { HttpsRequested } from './contract.ts';

type Counts = Pick<HttpsRequested, 'answered' | 'others' | 'p50Milliseconds' | 'p99Milliseconds' | 'maxMilliseconds'>;

/**
 * Counts and times the answers itself, at their headers: where every request opens a connection, autocannon discards
 * what it has received, and otherwise it knows times in whole milliseconds alone.
 */
export class Answers {
  readonly #times = new LatencyHistogram();
  readonly #onFirstRequest: () => void;
  #isRequesting = false;
  #answered = 0;
  #others = 0;

  constructor(onFirstRequest: () => void) {
    this.#onFirstRequest = onFirstRequest;
  }

  /** To be called for each of autocannon's clients, before it connects: one request at a time is under way on it. */
  readonly watch = (client: Client): void => {
    let leftAt = 0;
    // Emitted for every request, in front of the TLS handshake where there is one.
    client.addListener('request', () => {
      leftAt = performance.now();
      if (this.#isRequesting) return;
      this.#isRequesting = true;
      this.#onFirstRequest();
    });
    // The head as the parser has it, whatever the types say.
    client.on('headers', (head: object) => {
      this.#times.record(performance.now() - leftAt);
      const status = 'statusCode' in head ? Number(head.statusCode) : 0;
      if (status >= 200 && status < 300) this.#answered += 1;
      else this.#others += 1;
    });
  };

  counts(): Counts {
    return {
      answered: this.#answered,
      others: this.#others,
      p50Milliseconds: this.#times.milliseconds(50),
      p99Milliseconds: this.#times.milliseconds(99),
      maxMilliseconds: this.#times.milliseconds(100),
    };
  }
}
