import assert from 'node:assert/strict';
import { describe, it, vi } from 'vitest';
import { observe } from '../../src/adapter/index.ts';
import type { Cache, Observer } from '../../src/index.ts';
import { CacheError, createCache } from '../../src/index.ts';
import { localBus, manualClock } from '../../src/testing/index.ts';
import { aCache, aTier, twoTiers } from './setting.ts';

/** Notes what it is told, a line each; times every lookup, each taking one millisecond. */
function recorder(): Observer & { readonly told: string[] } {
  const told: string[] = [];
  let time = 0;
  return {
    told,
    now: () => time++,
    lookup: (region, key) => {
      told.push(`lookup ${region}/${key}`);
      return true;
    },
    nearHit: (region, tier, key, ms) => told.push(`near ${region}/${key} ${tier} ${ms}`),
    command: (tier, operation, ms, failed) => told.push(`${tier} ${operation}${failed ? ' failed' : ''} ${ms}`),
    storing: (region, key, value, { isLoaded, bytes }) =>
      told.push(`${isLoaded ? 'loaded' : 'set'} ${region}/${key}=${String(value)} ${bytes ?? '-'}`),
    closed: () => told.push('closed'),
  };
}

describe('observe()', () => {
  it('sees lookups, timed hits of the nearest tier, commands and what is stored', async () => {
    const { cache } = aCache({ regions: { r: {} } });
    const observer = recorder();
    observe(cache, observer);
    await cache.set('k', 1);
    await cache.get('k');
    cache.sync.get('k');
    await cache.region('r').getOrSet('x', () => undefined, { negativeTtl: 1 });
    assert.deepEqual(observer.told, [
      'set /k=1 -',
      'near set 1',
      'lookup /k',
      'near /k near 1',
      'lookup /k',
      'near /k near 1',
      'lookup r/x',
      'near get 1',
      'near versions.ensure 1',
      'loaded r/x=undefined -',
      'near set 1',
    ]);
  });

  it.each<[string, (cache: Cache) => unknown]>([
    ['getMany', (cache) => cache.getMany(['a', 'b'])],
    ['getOrSetMany', (cache) => cache.getOrSetMany(['a', 'b'], () => ({}))],
    ['sync.getMany', (cache) => cache.sync.getMany(['a', 'b'])],
    ['sync.getOrSetMany', (cache) => cache.sync.getOrSetMany(['a', 'b'], () => ({}))],
    ['sync.getOrSet', (cache) => ['a', 'b'].map((key) => cache.sync.getOrSet(key, () => 1))],
    [
      'getOrSet with early refresh',
      (cache) => Promise.all(['a', 'b'].map((key) => cache.getOrSet(key, () => 1, { earlyRefresh: 1 }))),
    ],
  ])('%s looks up each key once', async (_, call) => {
    const { cache } = aCache();
    await cache.set('b', 1);
    const observer = recorder();
    observe(cache, observer);
    await call(cache);
    assert.deepEqual(
      observer.told.filter((line) => line.startsWith('lookup')),
      ['lookup /a', 'lookup /b'],
    );
  });

  it('a command that fails, or that the tier answers too late, counts as failed', async () => {
    const { cache, clock, far } = twoTiers();
    const observer = recorder();
    observe(cache, observer);
    far.fail('get').once();
    await cache.get('a');
    assert.ok(observer.told.includes('far get failed 1'), observer.told.join('\n'));
    observer.told.length = 0;
    far.hang('get');
    const late = cache.get('b');
    clock.advance('1s');
    await late;
    assert.ok(observer.told.includes('far get failed 1'), observer.told.join('\n'));
    far.heal();
  });

  it('two observers see the same, until they are taken away', async () => {
    const { cache } = aCache();
    const [one, two] = [recorder(), recorder()];
    const first = observe(cache, one);
    observe(cache, two);
    await cache.set('k', 1);
    first.stop();
    first.stop();
    await cache.get('k');
    assert.deepEqual(one.told, ['set /k=1 -', 'near set 1']);
    assert.ok(two.told.includes('lookup /k'));
  });

  it('gives what a tier and a bus are like now', async () => {
    const clock = manualClock();
    const bus = localBus();
    const [near, far, other] = [aTier('memory'), aTier('far', { async: true }), aTier('memory')];
    await using cache = createCache({ clock, bus, tiers: [near, far], regions: { short: { tiers: [other] } } });
    const seen = observe(cache.region('short'), recorder());
    assert.equal(seen.root, cache);
    assert.deepEqual(seen.regions, [
      { name: '', tiers: ['memory', 'far'] },
      { name: 'short', tiers: ['memory@short'] },
    ]);
    assert.deepEqual(
      seen
        .tiers()
        .map(({ label, name, breaker, changedAt, undelivered }) => [label, name, breaker, changedAt, undelivered]),
      [
        ['memory', 'memory', 'closed', 0, 0],
        ['far', 'far', 'closed', 0, 0],
        ['memory@short', 'memory', 'closed', 0, 0],
      ],
    );
    far.fail();
    for (const key of ['a', 'b', 'c']) await cache.delete(key);
    const down = seen.tiers()[1]!;
    assert.equal(down.breaker, 'open');
    assert.equal(down.changedAt, clock.now());
    assert.equal(down.undelivered, 3);
    assert.ok(down.lastError instanceof Error);
    await assert.rejects(down.probe(), { code: 'TIER_FAILED' });
    far.heal();
    assert.equal(await down.probe(), 1);
    const [link] = seen.buses();
    assert.equal(link!.label, bus.name);
    assert.equal(link!.gaps, 0);
    assert.equal(await link!.probe(), 1);
  });

  it('is told when the cache closes, and is refused by a closed one', async () => {
    const { cache } = aCache();
    const observer = recorder();
    observe(cache, observer);
    await cache.close();
    await cache.close();
    assert.deepEqual(observer.told, ['closed']);
    assert.throws(() => observe(cache, observer), { code: 'CLOSED' });
  });

  it('takes nothing but caches', () => {
    const observer = recorder();
    for (const wrong of [undefined, null, {}, 'cache']) {
      assert.throws(() => observe(wrong as never, observer), TypeError);
    }
  });
});

describe('extensions', () => {
  it('are given the cache, and closed with it', async () => {
    const close = vi.fn();
    const seen: unknown[] = [];
    const { cache } = aCache({ extensions: [(given) => void seen.push(given), () => ({ close })] });
    assert.deepEqual(seen, [cache]);
    assert.equal(close.mock.calls.length, 0);
    await Promise.all([cache.close(), cache.close()]);
    assert.equal(close.mock.calls.length, 1);
  });

  it('one that throws leaves nothing open', async () => {
    const tier = aTier('near');
    const close = vi.fn();
    const options = {
      tiers: [tier],
      extensions: [
        () => ({ close }),
        () => {
          throw new CacheError('TIER_FAILED', 'no');
        },
      ],
    };
    assert.throws(() => createCache(options), { code: 'TIER_FAILED' });
    assert.equal(close.mock.calls.length, 1);
  });

  it.each([[{}], [[1]], ['x']])('must be functions: %j', (extensions) => {
    assert.throws(() => createCache({ tiers: [aTier('near')], extensions: extensions as never }), TypeError);
  });
});
