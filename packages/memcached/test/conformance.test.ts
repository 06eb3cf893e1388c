import { tierSuite } from '@uno-cache/core/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { memcached } from '../src/index.ts';
import { corruptAt } from './corrupt.ts';
import type { TestServer } from './start-server.ts';
import { startServer } from './start-server.ts';

describe.concurrent.each([1, 3])('memcached() on servers: %i', (count) => {
  let servers: TestServer[];
  beforeAll(async () => {
    servers = await Promise.all(Array.from({ length: count }, () => startServer()));
  });
  afterAll(() => Promise.all(servers.map((server) => server.stop())));
  // Side by side: the cases mostly wait for time to pass, and each has a namespace of its own.
  tierSuite(
    { describe: (name, body) => describe.concurrent(name, body), it },
    {
      time: 'real',
      create: () => memcached({ servers: servers.map(({ address }) => address) }),
      corrupt: (target) => corruptAt(servers, target),
      tooLarge: () => 'x'.repeat(1024 * 1024),
    },
  );
});
