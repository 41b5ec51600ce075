import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LiveFigures } from './progress.ts';
import { about, clock, describe as describeLive } from './words.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('a time', () => {
  const clocks: [milliseconds: number, text: string][] = [
    [0, '0:00'],
    [7_999, '0:07'],
    [72 * second, '1:12'],
    [hour - 1, '59:59'],
    [2 * hour + 5 * minute, '2:05:00'],
  ];
  for (const [milliseconds, text] of clocks) {
    test(`that has passed is shown to the second: ${text}`, () => assert.equal(clock(milliseconds), text));
  }

  const guesses: [milliseconds: number, text: string][] = [
    [0, 'about 10 s'],
    [11 * second, 'about 20 s'],
    [50 * second, 'about 50 s'],
    [50 * second + 1, 'about 1 min'],
    [89 * second, 'about 1 min'],
    [41.4 * minute, 'about 41 min'],
    [89 * minute, 'about 89 min'],
    [90 * minute, 'about 1.5 h'],
    [10.2 * hour, 'about 10 h'],
  ];
  for (const [milliseconds, text] of guesses) {
    test(`that is expected is shown rounded: ${text}`, () => assert.equal(about(milliseconds), text));
  }
});

describe('live figures', () => {
  const figures: [figures: LiveFigures | string, text: string][] = [
    ['cooling down', 'cooling down'],
    [{ clients: 0 }, '0 clients'],
    [{ clients: 10, clientsAsked: 10, newClientsPerSecond: 0.4, messagesPerSecond: 0 }, '10/10 clients | 0 msg/s'],
    [{ clients: 1, p99Milliseconds: 9.96, rssBytes: 75_400_000 }, '1 clients | p99 10.0 ms | 75 MB'],
    [{ clients: 1, p99Milliseconds: 1_141, cpuCores: 1.987 }, '1 clients | p99 1,141 ms | CPU 1.99'],
    [{ clients: 1, p99Milliseconds: 61_000 }, '1 clients | p99 61.0 s'],
    [
      {
        clients: 12_500,
        clientsAsked: 25_000,
        newClientsPerSecond: 312.2,
        messagesPerSecond: 12_480,
        p99Milliseconds: 38,
        cpuCores: 0.98,
        rssBytes: 1_210_000_000,
      },
      '12,500/25,000 clients +312/s | 12,480 msg/s | p99 38 ms | CPU 0.98 | 1.21 GB',
    ],
  ];
  for (const [doing, text] of figures) {
    test(`are one line without unknown figures: ${text}`, () => assert.equal(describeLive(doing), text));
  }
});
