import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { tierSuite } from '@uno-cache/core/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { redis } from '../src/index.ts';
import { corruptWith } from './corrupt.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';

/** The async view of such a tier is that of any other. */
const SYNC_GROUP = /sync/;

describe('redis({ sync: true })', () => {
  let server: Server;
  let standing: Cache;
  beforeAll(async () => {
    server = await startServer();
    // Its worker serves the tiers of all cases, none of which so has to wait for one to start.
    standing = createCache({ tiers: [redis({ url: server.url, sync: true })] });
    standing.sync.get('k');
  });
  afterAll(async () => {
    await standing.close();
    await server.stop();
  });
  tierSuite(
    { describe: (name, body) => (SYNC_GROUP.test(name) ? describe(name, body) : undefined), it },
    {
      time: 'real',
      create: () => redis({ url: server.url, sync: true }),
      corrupt: (target) => corruptWith(server.admin)(target),
    },
  );
});
