import { describe } from 'node:test';
import { contenderNames } from '../contract/contenders.ts';
import { startTestServer } from '../testing/start.ts';
import { conformance } from './suite.ts';

describe('conformance', { concurrency: true }, () => {
  for (const name of contenderNames) conformance(name, (options) => startTestServer(name, ...options));
});
