import { describe } from 'node:test';
import { contenderServers } from '../testing/servers.ts';
import { startTestServer } from '../testing/start.ts';
import { conformance } from './suite.ts';

describe('conformance', { concurrency: true }, () => {
  for (const name of contenderServers) conformance(name, (options) => startTestServer(name, ...options));
});
