import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RedisOptions } from '../src/index.ts';
import { redis } from '../src/index.ts';
import type { TestCluster } from './start-cluster.ts';
import { eventually, startCluster } from './start-cluster.ts';
import type { SentinelSetup } from './start-sentinels.ts';
import { startSentinels } from './start-sentinels.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';
import type { TcpProxy } from './tcp-proxy.ts';
import { startProxy } from './tcp-proxy.ts';

const KEYS = Array.from({ length: 50 }, (_, index) => `k${index}`);
/** What near tiers may need after a fault is over: the bound that is stated, and the time that a connection takes. */
const BOUND_MS = 10_000;
const FORMING_MS = 30_000;

/** A process with a near tier, as far as a test can have two in one. */
function open(options: RedisOptions, caches: Cache[]): Cache {
  const cache = createCache({
    namespace: 'converge',
    tiers: [memory(), redis({ commandTimeout: '300ms', ...options })],
    ttl: '1h',
    maxStaleness: '2s',
  });
  cache.on('error', () => {});
  caches.push(cache);
  return cache;
}

function all(value: unknown): [key: string, value: unknown][] {
  return KEYS.map((key) => [key, value]);
}

/** Both know each other's bus, and both have all keys near. */
async function settle(writer: Cache, reader: Cache): Promise<void> {
  for (const cache of [writer, reader]) {
    await eventually(async () => {
      await cache.set('probe', 1);
      return (await cache.get('probe')) === 1;
    });
  }
  await eventually(async () => {
    await writer.setMany(all('old'));
    const found = await reader.getMany(KEYS);
    return KEYS.every((key) => found.get(key) === 'old');
  });
}

async function converges(reader: Cache, writer: Cache, isRight: (value: unknown) => boolean): Promise<void> {
  for (const cache of [reader, writer]) {
    await eventually(async () => {
      const found = await cache.getMany(KEYS);
      return KEYS.every((key) => isRight(found.get(key)));
    }, BOUND_MS);
  }
}

describe('near tiers converge: one server', () => {
  let server: Server;
  let proxy: TcpProxy;
  const caches: Cache[] = [];
  beforeAll(async () => {
    server = await startServer();
    proxy = await startProxy(server.port);
  });
  afterEach(async () => {
    await Promise.all(caches.splice(0).map((cache) => cache.close()));
  });
  afterAll(async () => {
    await proxy.close();
    await server.stop();
  });

  const isNew = (value: unknown): boolean => value === 'new';

  it('at once, when nothing fails: a set, a delete and a tag', async () => {
    const [writer, reader] = [open({ url: server.url }, caches), open({ url: proxy.url }, caches)];
    await settle(writer, reader);
    await writer.set('k0', 'new');
    await eventually(async () => (await reader.get('k0')) === 'new', 500);
    await writer.delete('k1');
    await eventually(async () => (await reader.get('k1')) === undefined, 500);
    await writer.set('tagged', 1, { tags: ['t'] });
    await eventually(async () => (await reader.get('tagged')) === 1, 500);
    await writer.invalidateTags(['t']);
    await eventually(async () => (await reader.get('tagged')) === undefined, 500);
    await writer.invalidatePattern('k[2-3]');
    await eventually(async () => (await reader.get('k2')) === undefined, 500);
    await writer.clear();
    await eventually(async () => (await reader.get('k5')) === undefined, 500);
  }, 20_000);

  it('after CLIENT KILL', async () => {
    const [writer, reader] = [open({ url: server.url }, caches), open({ url: proxy.url }, caches)];
    await settle(writer, reader);
    const killing = setInterval(() => void server.admin.call('client', 'kill', 'type', 'normal').catch(() => {}), 15);
    for (const key of KEYS) await writer.set(key, 'new').catch(() => {});
    clearInterval(killing);
    await writer.setMany(all('new'));
    await converges(reader, writer, (value) => value === 'new' || value === undefined);
  }, 30_000);

  it('after CLIENT PAUSE', async () => {
    const [writer, reader] = [open({ url: server.url }, caches), open({ url: proxy.url }, caches)];
    await settle(writer, reader);
    await server.admin.call('client', 'pause', 800, 'WRITE');
    for (const key of KEYS) await writer.set(key, 'new').catch(() => {});
    await converges(reader, writer, (value) => value === 'new' || value === undefined);
  }, 30_000);

  it('after the reader was cut off, with every message kept: it resumes', async () => {
    const [writer, reader] = [open({ url: server.url }, caches), open({ url: proxy.url }, caches)];
    await settle(writer, reader);
    const gaps: string[] = [];
    reader.on('bus-gap', ({ reason }) => void gaps.push(reason));
    proxy.cut();
    for (const key of KEYS) await writer.set(key, 'new');
    await proxy.restore();
    await converges(reader, writer, isNew);
    expect(gaps).toEqual([]);
  }, 30_000);

  it('after the reader was cut off and the stream was trimmed: it is told', async () => {
    const [writer, reader] = [open({ url: server.url }, caches), open({ url: proxy.url }, caches)];
    await settle(writer, reader);
    const gaps: string[] = [];
    reader.on('bus-gap', ({ reason }) => void gaps.push(reason));
    proxy.cut();
    for (const key of KEYS) await writer.set(key, 'new');
    await server.admin.xtrim('%bus{bus}:converge', 'MAXLEN', 1);
    await proxy.restore();
    await converges(reader, writer, isNew);
    await eventually(async () => gaps.length > 0);
  }, 30_000);

  for (const [after, end] of [
    ['new connections work', () => proxy.restore()],
    ['the same connections work', () => proxy.reopen()],
  ] as const) {
    it(`after a black hole in front of the reader, when ${after}`, async () => {
      const [writer, reader] = [open({ url: server.url }, caches), open({ url: proxy.url }, caches)];
      await settle(writer, reader);
      const { accepted } = proxy;
      proxy.blackhole();
      for (const key of KEYS) await writer.set(key, 'new');
      // The hole has swallowed connections of both kinds, for commands and for messages, more than once.
      await eventually(async () => proxy.accepted > accepted + 4);
      await end();
      await converges(reader, writer, isNew);
      await eventually(async () => {
        await writer.set('heard of', 'before');
        await reader.get('heard of');
        await writer.set('heard of', 'after');
        const { hits } = reader.stats().tiers.memory!;
        await eventually(async () => (await reader.get('heard of')) === 'after', 500);
        return (await reader.get('heard of')) === 'after' && reader.stats().tiers.memory!.hits > hits;
      });
    }, 30_000);
  }

  it('while the reader is cut off, its copies are not vouched for beyond maxStaleness', async () => {
    const [writer, reader] = [open({ url: server.url }, caches), open({ url: proxy.url }, caches)];
    await settle(writer, reader);
    proxy.cut();
    await writer.setMany(all('new'));
    await eventually(async () => (await reader.get('k7')) !== 'old', 8_000);
    await proxy.restore();
    await converges(reader, writer, isNew);
  }, 30_000);

  it('after FLUSHALL, and after a restart that lost everything', async () => {
    for (const lose of [() => server.admin.flushall(), () => server.restart()]) {
      const [writer, reader] = [open({ url: server.url }, caches), open({ url: proxy.url }, caches)];
      await settle(writer, reader);
      await writer.set('k0', 'new');
      await lose();
      await converges(reader, writer, (value) => value === undefined || value === 'new');
      await eventually(async () => {
        await writer.set('k1', 'newer');
        return (await reader.get('k1')) === 'newer';
      });
    }
  }, 40_000);
});

describe('near tiers converge: Sentinels and cluster', () => {
  const caches: Cache[] = [];
  let setup: SentinelSetup;
  let cluster: TestCluster;
  beforeAll(async () => {
    [setup, cluster] = await Promise.all([startSentinels(), startCluster()]);
  }, FORMING_MS);
  afterEach(async () => {
    await Promise.all(caches.splice(0).map((cache) => cache.close()));
  });
  afterAll(async () => {
    await Promise.all([setup.stop(), cluster.stop()]);
  });

  it('after a failover that the Sentinels make', async () => {
    const sentinel = { sentinels: setup.sentinels, name: setup.name };
    const [writer, reader] = [open({ sentinel }, caches), open({ sentinel }, caches)];
    await settle(writer, reader);
    const failing = setup.failover();
    for (let round = 0; round < 20; round++) await writer.setMany(all('new')).catch(() => {});
    await failing;
    await converges(reader, writer, (value) => value === 'new' || value === undefined);
    await eventually(async () => {
      await writer.set('k1', 'newer');
      return (await reader.get('k1')) === 'newer';
    });
  }, 40_000);

  it('clear() removes what is ours from every master, and nothing else', async () => {
    const cache = open({ cluster: cluster.nodes }, caches);
    await eventually(async () => {
      await cache.setMany(all(1));
      return (await cache.getMany(KEYS)).size === KEYS.length;
    });
    await Promise.all(KEYS.map((key) => cluster.admin.set(`other:${key}`, 'theirs')));
    // A master that has just gone is named as one that was not reached.
    await eventually(async () => (await cache.clear()).deferred.length === 0);
    const left = await Promise.all(cluster.admin.nodes('master').map((node) => node.keys('converge:*')));
    expect(left.flat()).toEqual([]);
    expect(await cluster.admin.exists('other:k1')).toBe(1);
  }, 20_000);

  it.each(['clear', 'invalidatePattern'] as const)(
    '%s() wakes who waits for a lease on any master',
    async (how) => {
      const [holder, waiter, other] = [1, 2, 3].map(() => {
        const cache = createCache({
          namespace: `woken by ${how}`,
          tiers: [redis({ cluster: cluster.nodes })],
          leaseTtl: '30s',
          leaseWait: '30s',
        });
        caches.push(cache);
        return cache;
      });
      for (const cache of [holder!, waiter!, other!])
        await eventually(async () => (await cache.get('k')) === undefined);
      const { promise: loaded, resolve: finish } = Promise.withResolvers<string>();
      const loading = holder!.getOrSet('k', () => loaded);
      const name = `woken%20by%20${how}::k`;
      await eventually(async () => (await cluster.admin.exists(name)) === 1);
      const waiting = waiter!.getOrSet('k', () => 'new');
      await eventually(async () => {
        const nodes = cluster.admin.nodes('all').map((node) => node.pubsub('NUMSUB', `%wake:${name}`));
        return (await Promise.all(nodes)).some(([, listeners]) => listeners === 1);
      });
      // It listens first and asks then how long the lease may last, which has to have been answered.
      await new Promise((resolve) => setTimeout(resolve, 300));
      const began = performance.now();
      await other![how]('*');
      expect(await waiting).toBe('new');
      expect(performance.now() - began).toBeLessThan(5_000);
      finish('old');
      await loading;
    },
    30_000,
  );

  it('after a master of the cluster was killed, and its replica took over', async () => {
    const [writer, reader] = [open({ cluster: cluster.nodes }, caches), open({ cluster: cluster.nodes }, caches)];
    await settle(writer, reader);
    await cluster.masters[0]!.kill();
    for (const key of KEYS) await writer.set(key, 'new').catch(() => {});
    await eventually(async () => {
      await writer.setMany(all('new'));
      return [...(await writer.getMany(KEYS)).values()].every((value) => value === 'new');
    });
    await converges(reader, writer, (value) => value === 'new' || value === undefined);
  }, 40_000);

  it('after a master of the cluster fell silent, and its replica took over', async () => {
    const [writer, reader] = [open({ cluster: cluster.nodes }, caches), open({ cluster: cluster.nodes }, caches)];
    await settle(writer, reader);
    const silent = cluster.masters[1]!;
    silent.process.kill('SIGSTOP');
    for (const key of KEYS) await writer.set(key, 'new').catch(() => {});
    // Without a near tier, whose answers would not show that the keys are there again.
    const far = createCache({ namespace: 'converge', tiers: [redis({ cluster: cluster.nodes })] });
    caches.push(far);
    await eventually(async () => {
      await writer.setMany(all('newer'));
      const found = await far.getMany(KEYS);
      return KEYS.every((key) => found.get(key) === 'newer');
    }, 30_000);
    await converges(reader, writer, (value) => value === 'newer' || value === undefined);
    silent.process.kill('SIGCONT');
  }, 60_000);
});
