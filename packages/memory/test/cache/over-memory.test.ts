import assert from 'node:assert/strict';
import { createCache } from '@uno-cache/core';
import { manualClock, oddKeys, oddValues } from '@uno-cache/core/testing';
import { describe, it, onTestFinished } from 'vitest';
import type { MemoryOptions } from '../../src/index.ts';
import { memory } from '../../src/index.ts';

function overMemory(options: MemoryOptions = {}) {
  const clock = manualClock();
  const tier = memory(options);
  const cache = createCache({ tiers: [tier], ttl: '1m', clock, regions: { a: {} } });
  onTestFinished(async () => {
    await cache.close();
    assert.equal(clock.pending, 0, 'a timer was left behind');
  });
  return { cache, clock };
}

describe('a cache over memory', () => {
  it('gives back what went in', async () => {
    const { cache } = overMemory();
    for (const { name, make } of oddValues) {
      const value = make();
      await cache.set(name, value);
      assert.deepEqual(await cache.get(name), value);
      assert.deepEqual(
        cache.sync.getOrSet(name, () => assert.fail('loaded')),
        value,
      );
    }
  });

  it('keeps odd keys apart', async () => {
    const { cache } = overMemory();
    const keys = [...oddKeys];
    await cache.setMany(keys.map((key, index) => [key, index] as const));
    assert.deepEqual(
      [...(await cache.getMany(keys))],
      keys.map((key, index) => [key, index]),
    );
    assert.equal(await cache.deleteMany(keys), keys.length);
  });

  it.each([{}, { maxBytes: '1mb' as const }, { isolation: 'clone' as const }])(
    'takes wrong keys for the mistakes of a caller, not for those of the tier: %o',
    async (options) => {
      const { cache } = overMemory(options);
      await cache.set('k', 1);
      for (const key of [undefined, null, 1, {}, Symbol('k'), ['k']]) {
        await assert.rejects(cache.get(key as string), TypeError);
        await assert.rejects(
          cache.getOrSet(key as string, () => 1),
          TypeError,
        );
        assert.throws(() => cache.sync.get(key as string), TypeError);
      }
      assert.equal(cache.stats().errors, 0);
      assert.equal(await cache.get('k'), 1);
    },
  );

  it('tells of evictions, and of what expires', async () => {
    const { cache, clock } = overMemory({ maxEntries: 10, policy: 'lru' });
    const causes = new Map<string, string>();
    cache.on('evict', ({ key, tier, cause }) => void causes.set(key, `${tier} ${cause}`));
    for (let index = 0; index <= 10; index++) await cache.set(`k${index}`, index);
    assert.deepEqual([...causes], [['k0', 'memory size']]);
    await clock.advanceAsync('2m');
    assert.equal(causes.get('k10'), 'memory expired');
  });

  it('counts its entries', async () => {
    const { cache } = overMemory();
    await cache.set('k', 1);
    await cache.region('a').set('k', 1);
    assert.equal(cache.stats().tiers.memory?.size, 2);
    assert.equal(cache.region('a').stats().tiers.memory?.size, 1);
    await cache.region('a').clear();
    assert.equal(cache.stats().tiers.memory?.size, 1);
  });

  it('refuses a value that is larger than the tier, and keeps the others', async () => {
    const { cache } = overMemory({ maxBytes: '64kb' });
    await cache.set('small', 1);
    await cache.set('k', 'before');
    await assert.rejects(cache.set('k', 'x'.repeat(200_000)), { code: 'VALUE_TOO_LARGE' });
    assert.equal(await cache.get('k'), undefined);
    assert.equal(await cache.get('small'), 1);
    assert.equal((await cache.getOrSet('k', () => 'x'.repeat(200_000))).length, 200_000);
  });

  it('serves, expires and slides like any other', async () => {
    const { cache, clock } = overMemory();
    await cache.set('swr', 'old', { ttl: 10, staleWhileRevalidate: 10 });
    await cache.set('slides', 1, { ttl: 10, sliding: true });
    await clock.advanceAsync('9s');
    assert.equal(await cache.get('slides'), 1);
    await clock.advanceAsync('2s');
    assert.equal(await cache.getOrSet('swr', () => 'new'), 'old');
    await clock.flush();
    assert.equal(await cache.get('swr'), 'new');
    assert.equal(await cache.get('slides'), 1);
    await clock.advanceAsync('10s');
    assert.equal(await cache.get('slides'), undefined);
  });

  it('runs no factory for a negative entry, by tags until they are invalidated', async () => {
    const { cache } = overMemory();
    await cache.getOrSet('k', () => undefined, { negativeTtl: 10, tags: ['t'] });
    assert.equal(await cache.getOrSet('k', () => assert.fail('asked')), undefined);
    assert.equal((await cache.getEntry('k'))?.negative, true);
    await cache.invalidateTags(['t']);
    assert.equal(await cache.getOrSet('k', () => 1), 1);
  });

  it('keeps what callers change apart from what it has, if told to', async () => {
    const { cache } = overMemory({ isolation: 'clone' });
    const value = { list: [1] };
    await cache.set('k', value);
    value.list.push(2);
    (await cache.get<typeof value>('k'))?.list.push(3);
    assert.deepEqual(await cache.get('k'), { list: [1] });
  });
});

describe('two tiers of memory', () => {
  it('are told apart by their names', async () => {
    assert.throws(() => createCache({ tiers: [memory(), memory()] }), { name: 'TypeError', message: /"memory"/ });
    const cache = createCache({ tiers: [memory({ maxEntries: 10 }), memory({ name: 'large' })] });
    for (let index = 0; index < 100; index++) await cache.set(`k${index}`, index);
    const values = await cache.getMany(Array.from({ length: 100 }, (_, index) => `k${index}`));
    assert.equal(values.size, 100);
    assert.ok((cache.stats().tiers.large?.hits ?? 0) >= 90);
    await cache.close();
  });
});

describe("callers who wait for one load over a memory with isolation 'clone'", () => {
  const never = () => new Promise<{ n: number }>(() => {});

  it('share nothing', async () => {
    const { cache } = overMemory({ isolation: 'clone' });
    const made = { n: 1 };
    const load = async () => made;
    const one = cache.getOrSet('k', load);
    const other = cache.getOrSetMany<{ n: number }>(['k'], () => assert.fail('loaded'));
    const [first, second] = [await one, (await other).get('k')];
    assert.deepEqual([first, second], [made, made]);
    first.n = 2;
    assert.deepEqual([made, second, await cache.get('k')], [{ n: 1 }, { n: 1 }, { n: 1 }]);
  });

  it('do not see what another does to a stale value, nor what the factory does', async () => {
    const { cache, clock } = overMemory({ isolation: 'clone' });
    const options = { staleWhileRevalidate: '1h' } as const;
    await cache.set('k', { n: 1 }, { ttl: 1, ...options });
    clock.advance('2s');
    const refresh = ({ stale }: { stale: unknown }) => {
      (stale as { n: number }).n = 2;
      return never();
    };
    const first = await cache.getOrSet('k', refresh, options);
    assert.deepEqual(first, { n: 1 });
    first.n = 3;
    assert.deepEqual(await cache.getOrSet('k', never, options), { n: 1 });
  });

  it('get what cannot be cloned as it is, when it is not to be stored', async () => {
    const { cache } = overMemory({ isolation: 'clone' });
    const made = { f() {} };
    const unstored = await cache.getOrSet('k', ({ skip }) => {
      skip();
      return made;
    });
    assert.equal(unstored, made);
  });

  it('share it without isolation', async () => {
    const { cache } = overMemory();
    const made = { n: 1 };
    const load = async () => made;
    const [one, other] = await Promise.all([cache.getOrSet('k', load), cache.getOrSet('k', load)]);
    assert.ok(one === made && other === made);
  });
});
