import * as z from 'zod/mini';

/**
 * The one message of the suite: a client's batch of sensor readings, as UTF-8 JSON in one websocket text message.
 * `zod/mini` and not `zod`: every connection thread of the blocking server loads this file, and the full package
 * costs each of them three megabytes more.
 */
const readingSchema = z.object({
  id: z.string(),
  /** Unix time of the reading, in milliseconds. */
  time: z.int(),
  value: z.number(),
  unit: z.string(),
  tags: z.array(z.string()),
});

export const messageSchema = z.object({
  client: z.int(),
  sequence: z.int(),
  /** Unix time that the client set, in milliseconds. */
  sentAt: z.int(),
  readings: z.array(readingSchema),
});

export type Message = z.infer<typeof messageSchema>;
type Reading = z.infer<typeof readingSchema>;

export const defaultMessageBytes = 10_240;
export const smallestMessageBytes = 256;
export const largestMessageBytes = 1_048_576;

const sensors = [
  { kind: 'temperature', unit: '°C', low: -20, span: 60 },
  { kind: 'humidity', unit: '%', low: 10, span: 90 },
  { kind: 'pressure', unit: 'hPa', low: 950, span: 100 },
  { kind: 'light', unit: 'lx', low: 0, span: 9_000 },
] as const;
const places = ['roof', 'cellar', 'north', 'garden'] as const;

/**
 * Builds a message whose JSON is exactly `bytes` long in UTF-8. The same arguments give the same bytes, so that two
 * servers, and two runs, get the very same work. The function adds readings while they fit, and lengthens a tag of the
 * last one to reach the size.
 *
 * @throws RangeError when `bytes` is not a whole number from 256 to 1,048,576.
 */
export function buildMessage(client: number, sequence: number, sentAt: number, bytes: number): Message {
  if (!Number.isInteger(bytes) || bytes < smallestMessageBytes || bytes > largestMessageBytes) {
    throw new RangeError(`a message has from ${smallestMessageBytes} to ${largestMessageBytes} bytes, not ${bytes}`);
  }
  const message: Message = { client, sequence, sentAt, readings: [] };
  const random = randomNumbers(client * 65_537 + sequence);
  let left = bytes - utf8Bytes(message);
  let reading = buildReading(0, sentAt, random);
  for (let cost = utf8Bytes(reading); cost <= left; cost = utf8Bytes(reading) + 1) {
    message.readings.push(reading);
    left -= cost;
    reading = buildReading(message.readings.length, sentAt, random);
  }
  const last = message.readings.at(-1);
  if (last === undefined) throw new RangeError(`no reading fits into ${bytes} bytes: ask for a larger message`);
  last.tags[0] += '-'.repeat(left);
  return message;
}

function buildReading(index: number, sentAt: number, random: () => number): Reading {
  const sensor = sensors[index % sensors.length] ?? sensors[0];
  const place = places[Math.floor(random() * places.length)] ?? places[0];
  return {
    id: `${sensor.kind.slice(0, 2)}-${index.toString().padStart(5, '0')}`,
    time: sentAt - index * 10,
    value: Math.round((sensor.low + random() * sensor.span) * 100) / 100,
    unit: sensor.unit,
    tags: [place, sensor.kind],
  };
}

function utf8Bytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Returns a generator of numbers in [0, 1): mulberry32, which is small and gives the same numbers on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
