import type { TierSuiteOptions } from '@uno-cache/core/testing';
import { tierSuite } from '@uno-cache/core/testing';
import { Cluster, Redis } from 'ioredis';
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

describe.concurrent("redis() on an application's own client", () => {
  let server: Server;
  let client: Redis;
  beforeAll(async () => {
    server = await startServer();
    // What changes how a client sends, and what it answers.
    client = new Redis(server.url, { enableAutoPipelining: true, stringNumbers: true });
  }, FORMING_MS);
  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });
  suite({ create: () => redis({ client }), corrupt: (target) => corruptWith(server.admin)(target) });
});

describe.concurrent('a cluster of three masters with replicas:', () => {
  let cluster: TestCluster;
  let client: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
    client = new Cluster([...cluster.nodes], { enableAutoPipelining: true });
  }, FORMING_MS);
  afterAll(async () => {
    client.disconnect();
    await cluster.stop();
  });
  const corrupt: TierSuiteOptions['corrupt'] = (target) => corruptWith(cluster.admin)(target);
  describe.concurrent('redis() with nodes', () => {
    suite({ create: () => redis({ cluster: cluster.nodes }), corrupt });
  });
  describe.concurrent("redis() with an application's own client", () => {
    suite({ create: () => redis({ client }), corrupt });
  });
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
