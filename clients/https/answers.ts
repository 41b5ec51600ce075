import type { Client } from 'autocannon';
import { LatencyHistogram } from '../latency.ts';
import type { HttpsRequested } from './contract.ts';

type Counts = Pick<HttpsRequested, 'answered' | 'others' | 'p50Milliseconds' | 'p99Milliseconds' | 'maxMilliseconds'>;

/**
 * Counts and times responses when their headers arrive. autocannon cannot: it discards received responses when every
 * request opens a connection, and otherwise it only knows whole milliseconds.
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

  /** Call it for each autocannon client before it connects. Each client has one request in flight at a time. */
  readonly watch = (client: Client): void => {
    let leftAt = 0;
    // Emitted for every request, before the TLS handshake when the connection is new.
    client.addListener('request', () => {
      leftAt = performance.now();
      if (this.#isRequesting) return;
      this.#isRequesting = true;
      this.#onFirstRequest();
    });
    // The parser's header object, which autocannon's types declare otherwise.
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
