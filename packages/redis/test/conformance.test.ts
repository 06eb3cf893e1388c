import type { TierSuiteOptions } from '@uno-cache/core/testing';
import { tierSuite } from '@uno-cache/core/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { redis } from '../src/index.ts';
import { corruptWith } from './corrupt.ts';
import type { TestCluster } from './start-cluster.ts';
import { startCluster } from './start-cluster.ts';
import type { SentinelSetup } from './start-sentinels.ts';
import { startSentinels } from './start-sentinels.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';

const FORMING_MS = 30_000;

function suite(options: Pick<TierSuiteOptions, 'create' | 'corrupt' | 'tooLarge'>): void {
  // Side by side: the cases mostly wait for time to pass, and each has a namespace of its own.
  tierSuite({ describe: (name, body) => describe.concurrent(name, body), it }, { time: 'real', ...options });
}

describe.concurrent('redis() on one server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  }, FORMING_MS);
  afterAll(() => server.stop());
  suite({
    create: () => redis({ url: server.url, maxValueBytes: '1mb' }),
    corrupt: (target) => corruptWith(server.admin)(target),
    tooLarge: () => 'x'.repeat(1024 * 1024),
  });
});

describe.concurrent('redis() on a cluster of three masters with replicas', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  }, FORMING_MS);
  afterAll(() => cluster.stop());
  suite({ create: () => redis({ cluster: cluster.nodes }), corrupt: (target) => corruptWith(cluster.admin)(target) });
});

describe.concurrent('redis() behind Sentinels', () => {
  let setup: SentinelSetup;
  beforeAll(async () => {
    setup = await startSentinels();
  }, FORMING_MS);
  afterAll(() => setup.stop());
  suite({
    create: () => redis({ sentinel: { sentinels: setup.sentinels, name: setup.name } }),
    corrupt: (target) => corruptWith(setup.servers[0]!.admin)(target),
  });
});
