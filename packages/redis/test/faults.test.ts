import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { redis } from '../src/index.ts';
import { eventually } from './start-cluster.ts';
import type { Server } from './start-server.ts';
import { freePort, startServer } from './start-server.ts';
import type { TcpProxy } from './tcp-proxy.ts';
import { startProxy } from './tcp-proxy.ts';

const TIMEOUT_MS = 200;
/** What is promised, and what a machine that does other things beside may take. */
const BOUND_MS = TIMEOUT_MS + 50 + 350;
const AT_ONCE_MS = 150;

interface Fault {
  readonly name: string;
  begin(server: Server, proxy: TcpProxy): unknown;
  end(server: Server, proxy: TcpProxy): unknown;
}

const FAULTS: readonly Fault[] = [
  { name: 'killed', begin: (server) => server.kill(), end: (server) => server.restart() },
  {
    name: 'stopped as by a debugger',
    begin: (server) => server.process.kill('SIGSTOP'),
    end: (server) => server.process.kill('SIGCONT'),
  },
  { name: 'refused', begin: (_, proxy) => proxy.cut(), end: (_, proxy) => proxy.restore() },
  {
    name: 'a black hole, after which new connections work',
    begin: (_, proxy) => proxy.blackhole(),
    end: (_, proxy) => proxy.restore(),
  },
  {
    name: 'a black hole, after which the same connections work',
    begin: (_, proxy) => proxy.blackhole(),
    end: (_, proxy) => proxy.reopen(),
  },
  {
    name: 'too slow',
    begin: (_, proxy) => {
      proxy.delayMs = 500;
    },
    end: (_, proxy) => {
      proxy.delayMs = 0;
    },
  },
  {
    name: 'paused by CLIENT PAUSE',
    begin: (server) => server.admin.call('client', 'pause', 700, 'ALL'),
    end: () => {},
  },
];

async function timed<T>(call: () => Promise<T>): Promise<{ answer: T; ms: number }> {
  const began = performance.now();
  const answer = await call();
  return { answer, ms: performance.now() - began };
}

/** A value is stored: the connection is new, and the machine may be busy. */
function stores(cache: Cache, key: string, value: unknown): Promise<void> {
  return eventually(async () => {
    await cache.set(key, value);
    return (await cache.get(key)) === value;
  });
}

describe('a server that is down, slow or half-dead', () => {
  let server: Server;
  let proxy: TcpProxy;
  const caches: Cache[] = [];
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);

  beforeAll(async () => {
    server = await startServer();
    proxy = await startProxy(server.port);
    process.on('unhandledRejection', note);
  });
  afterEach(async () => {
    await Promise.all(caches.splice(0).map((cache) => cache.close()));
  });
  afterAll(async () => {
    await proxy.close();
    await server.stop();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  function open(url: string = proxy.url): Cache {
    const cache = createCache({ namespace: 'faults', tiers: [redis({ url, commandTimeout: `${TIMEOUT_MS}ms` })] });
    cache.on('error', () => {});
    caches.push(cache);
    return cache;
  }

  it('never started: the factory answers in time, then at once', async () => {
    const cache = open(`redis://127.0.0.1:${await freePort()}`);
    const first = await timed(() => cache.getOrSet('k', () => 'loaded'));
    expect(first.answer).toBe('loaded');
    expect(first.ms).toBeLessThan(BOUND_MS);
    for (let index = 0; index < 20; index++) {
      const { answer, ms } = await timed(() => cache.getOrSet(`k${index}`, () => index));
      expect(answer).toBe(index);
      expect(ms).toBeLessThan(AT_ONCE_MS);
    }
  });

  for (const fault of FAULTS) {
    it(`${fault.name}: the factory answers in time, then at once; then it recovers by itself`, async () => {
      const cache = open();
      await stores(cache, 'before', 1);
      await fault.begin(server, proxy);
      const first = await timed(() => cache.getOrSet('before', () => 'loaded'));
      expect(first.answer).toBe('loaded');
      expect(first.ms).toBeLessThan(BOUND_MS);
      const later = await timed(() =>
        Promise.all(Array.from({ length: 1_000 }, (_, index) => cache.getOrSet(`k${index}`, () => index))),
      );
      expect(later.answer[7]).toBe(7);
      expect(later.ms).toBeLessThan(AT_ONCE_MS * 5);
      await cache.delete('before').catch(() => {});
      await fault.end(server, proxy);
      await eventually(async () => {
        await cache.set('after', 'stored');
        return (await server.admin.exists('faults::after')) === 1;
      });
      await eventually(async () => (await cache.get('after')) === 'stored');
      expect(await cache.get('before')).toBe(undefined);
    }, 20_000);
  }

  for (const [becomes, end] of [
    ['one for them alone', () => proxy.restore()],
    ['a way again, too late for what it has swallowed', () => proxy.reopen()],
  ] as const) {
    it(`connections that a black hole accepted are given up, when it becomes ${becomes}`, async () => {
      proxy.blackhole();
      const cache = open();
      expect(await cache.getOrSet('k', () => 'loaded')).toBe('loaded');
      const { accepted } = proxy;
      // By then nobody waits for a connection any longer.
      await eventually(async () => proxy.accepted > accepted + 2);
      await end();
      await stores(cache, 'k', 'stored');
    }, 20_000);
  }

  it('memory stays bounded while a server says nothing', async () => {
    const cache = open();
    await stores(cache, 'k', 1);
    proxy.blackhole();
    await cache.getOrSet('k', () => 1);
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < 40; round++) {
      await Promise.all(Array.from({ length: 500 }, (_, index) => cache.getOrSet(`${round}:${index}`, () => 'x')));
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024);
    await proxy.restore();
  });

  it('an invalidation of an outage is delivered when it ends', async () => {
    const [cache, other] = [open(), open(server.url)];
    await stores(cache, 'k', 'old');
    await eventually(async () => (await other.get('k')) === 'old');
    proxy.cut();
    await cache.delete('k').catch(() => {});
    expect(await cache.get('k')).toBe(undefined);
    expect(await server.admin.exists('faults::k')).toBe(1);
    await proxy.restore();
    await eventually(async () => (await other.get('k')) === undefined);
  }, 20_000);
});

describe('what servers refuse', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('OOM: the value is refused, the old one is gone, and the tier goes on', async () => {
    await using cache = createCache({ namespace: 'oom', tiers: [redis({ url: server.url })] });
    const codes: string[] = [];
    cache.on('error', ({ error }) => void codes.push(error.code));
    await cache.set('k', 'old');
    await server.admin.config('SET', 'maxmemory', '1');
    await cache.set('k', 'new').catch(() => {});
    expect(await cache.get('k')).toBe(undefined);
    expect(codes).toContain('VALUE_TOO_LARGE');
    expect(await cache.getOrSet('other', () => 'loaded')).toBe('loaded');
    await server.admin.config('SET', 'maxmemory', '0');
    await cache.set('k', 'newer');
    expect(await cache.get('k')).toBe('newer');
  });

  describe('OOM: a full server that evicts nothing', () => {
    const fill = async (): Promise<void> => {
      await server.admin.config('SET', 'maxmemory', '1');
      onTestFinished(() => void server.admin.config('SET', 'maxmemory', '0'));
    };
    const open = (namespace: string): { cache: Cache; codes: string[]; breaker: string[] } => {
      const cache = createCache({ namespace, tiers: [redis({ url: server.url })] });
      onTestFinished(() => cache.close());
      const [codes, breaker]: [string[], string[]] = [[], []];
      cache.on('error', ({ error }) => void codes.push(error.code));
      cache.on('breaker', ({ state }) => void breaker.push(state));
      return { cache, codes, breaker };
    };

    it('goes on answering, however many misses find no room', async () => {
      const { cache, codes, breaker } = open('oom-hits');
      await cache.set('hot', 'value');
      await cache.set('stale', 'old', { ttl: '1h', staleWhileRevalidate: '1h' });
      await cache.set('tagged', 'value', { tags: ['tag'] });
      await cache.expire('stale');
      await fill();
      const misses = Array.from({ length: 20 }, (_, index) =>
        cache.getOrSet(`miss:${index}`, () => index, { tags: [`tag:${index}`] }),
      );
      expect(await Promise.all(misses)).toEqual(misses.map((_, index) => index));
      expect(await cache.getOrSet('stale', () => 'new')).toBeOneOf(['old', 'new']);
      expect(await cache.getOrSet('hot', () => 'loaded')).toBe('value');
      expect(await cache.getOrSet('tagged', () => 'loaded')).toBe('value');
      expect(new Set(codes)).toEqual(new Set(['VALUE_TOO_LARGE']));
      expect(breaker).toEqual([]);
    });

    it('takes invalidations all the same', async () => {
      const [here, there] = [open('oom-ends'), open('oom-ends')];
      await here.cache.setMany({ tagged: 'old', later: 'old' }, { tags: ['tag'] });
      await here.cache.set('expired', 'old', { ttl: '1h', staleWhileRevalidate: '1h' });
      await fill();
      expect(await here.cache.invalidateTags(['tag', 'nobody has this one'])).toEqual({
        done: ['redis'],
        deferred: [],
      });
      expect(await there.cache.get('tagged')).toBe(undefined);
      expect(await there.cache.getOrSet('later', () => 'new')).toBe('new');
      expect(await here.cache.expire('expired')).toBe(true);
      expect(await there.cache.getOrSet('expired', () => 'new')).toBe('new');
      await here.cache.set('k', 'value').catch(() => {});
      expect((await here.cache.invalidatePattern('*')).deferred).toEqual([]);
      expect((await here.cache.clear()).deferred).toEqual([]);
      expect([...here.breaker, ...there.breaker]).toEqual([]);
    });
  });

  it('NOSCRIPT: scripts are sent again', async () => {
    await using cache = createCache({ namespace: 'noscript', tiers: [redis({ url: server.url })] });
    await cache.set('k', 1);
    await server.admin.script('FLUSH');
    await cache.set('k', 2);
    expect(await cache.get('k')).toBe(2);
  });

  it('NOAUTH and WRONGPASS: reported with their meaning', async () => {
    await server.admin.config('SET', 'requirepass', 'secret');
    for (const [url, meaning] of [
      [server.url, /wants a password/],
      [server.url.replace('//', '//:wrong@'), /not right/],
    ] as const) {
      await using cache = createCache({ namespace: 'auth', tiers: [redis({ url, commandTimeout: '300ms' })] });
      const messages: string[] = [];
      cache.on('error', ({ error }) => void messages.push(error.message));
      expect(await cache.getOrSet('k', () => 1)).toBe(1);
      expect(messages.join('\n')).toMatch(meaning);
      expect(messages.join('\n')).not.toContain('wrong@');
    }
    await server.admin.config('SET', 'requirepass', '');
  });

  it('READONLY: a replica is not written to', async () => {
    await using cache = createCache({ namespace: 'readonly', tiers: [redis({ url: server.url })] });
    const messages: string[] = [];
    cache.on('error', ({ error }) => void messages.push(error.message));
    await cache.set('k', 1);
    await server.admin.call('replicaof', '127.0.0.1', String(await freePort()));
    await cache.set('k', 2).catch(() => {});
    expect(messages.join('\n')).toMatch(/replica/);
    await server.admin.call('replicaof', 'no', 'one');
    await eventually(async () => {
      await cache.set('k', 3);
      return (await cache.get('k')) === 3;
    });
  });

  it('BUSY: reported, and the tier comes back', async () => {
    await using cache = createCache({
      namespace: 'busy',
      tiers: [redis({ url: server.url, commandTimeout: '300ms' })],
    });
    const messages: string[] = [];
    cache.on('error', ({ error }) => void messages.push(error.message));
    await stores(cache, 'k', 1);
    await server.admin.config('SET', 'busy-reply-threshold', '50');
    const second = server.admin.duplicate({ enableReadyCheck: false, lazyConnect: false });
    await second.ping();
    const script = server.admin.eval('while true do end', 0).catch(() => {});
    await eventually(() =>
      second.ping().then(
        () => false,
        (error: Error) => error.message.startsWith('BUSY'),
      ),
    );
    await eventually(async () => {
      expect(await cache.getOrSet('k', () => 'loaded')).toBe('loaded');
      return /script/.test(messages.join('\n'));
    });
    await second.script('KILL');
    second.disconnect();
    await script;
    await eventually(async () => {
      await cache.set('k', 3);
      return (await cache.get('k')) === 3;
    });
  });

  it('other types and foreign bytes under our keys are absent, and are written over', async () => {
    await using cache = createCache({ namespace: 'foreign', tiers: [redis({ url: server.url })] });
    await server.admin.rpush('foreign::list', 'a');
    await server.admin.set('foreign::text', 'hello');
    for (const key of ['list', 'text']) {
      expect(await cache.get(key)).toBe(undefined);
      expect(await cache.getOrSet(key, () => 'loaded')).toBe('loaded');
      expect(await cache.get(key)).toBe('loaded');
    }
  });
});
