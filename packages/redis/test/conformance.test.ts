import { tierSuite } from '@uno-cache/core/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { redis } from '../src/index.ts';
import { corruptWith } from './corrupt.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';

describe('redis() on one server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  tierSuite(
    { describe, it },
    {
      time: 'real',
      create: () => redis({ url: server.url }),
      corrupt: (target) => corruptWith(server.admin)(target),
    },
  );
});
