import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { aCache } from './setting.ts';

const options = { regions: { a: {}, b: {} } } as const;

describe('withRegion', () => {
  it('sends the calls inside to the region, and gives back what the callback gives', async () => {
    const { cache } = aCache(options);
    const given = cache.withRegion('a', () => cache.set('k', 1).then(() => 'done'));
    assert.equal(await given, 'done');
    assert.equal(await cache.get('k'), undefined);
    assert.equal(await cache.region('a').get('k'), 1);
  });

  it('sends every method there', async () => {
    const { cache } = aCache(options);
    await cache.setMany({ k: 'root', l: 'root' });
    await cache.withRegion('a', async () => {
      assert.equal(await cache.get('k'), undefined);
      await cache.set('k', 'a', { tags: ['t'] });
      await cache.setMany({ l: 'a' });
      assert.equal(await cache.getOrSet('k', () => 'x'), 'a');
      assert.deepEqual([...(await cache.getMany(['k', 'l'])).values()], ['a', 'a']);
      assert.deepEqual([...(await cache.getOrSetMany(['m'], () => ({ m: 'a' }))).values()], ['a']);
      assert.equal((await cache.getEntry('k'))?.value, 'a');
      assert.equal(await cache.has('m'), true);
      assert.equal(await cache.touch('m', '1h'), true);
      assert.equal(await cache.expire('m'), true);
      await cache.invalidateTags(['t']);
      assert.equal(await cache.get('k'), undefined);
      assert.equal(await cache.delete('l'), true);
      await cache.set('p', 1);
      await cache.invalidatePattern('p');
      await cache.set('q', 1);
      assert.equal(await cache.deleteMany(['q']), 1);
      await cache.clear();
    });
    assert.deepEqual([...(await cache.getMany(['k', 'l'])).values()], ['root', 'root']);
  });

  it('sends every sync method there', () => {
    const { cache } = aCache(options);
    const { sync } = cache;
    sync.setMany({ k: 'root', l: 'root' });
    cache.withRegion('a', () => {
      assert.equal(sync.get('k'), undefined);
      sync.set('k', 'a', { tags: ['t'] });
      sync.setMany({ l: 'a' });
      assert.equal(
        sync.getOrSet('k', () => 'x'),
        'a',
      );
      assert.deepEqual([...sync.getMany(['k', 'l']).values()], ['a', 'a']);
      assert.deepEqual([...sync.getOrSetMany(['m'], () => ({ m: 'a' })).values()], ['a']);
      assert.equal(sync.getEntry('k')?.value, 'a');
      assert.equal(sync.has('m'), true);
      assert.equal(sync.touch('m', '1h'), true);
      assert.equal(sync.expire('m'), true);
      sync.invalidateTags(['t']);
      assert.equal(sync.get('k'), undefined);
      assert.equal(sync.delete('l'), true);
      sync.set('p', 1);
      sync.invalidatePattern('p');
      sync.set('q', 1);
      assert.equal(sync.deleteMany(['q']), 1);
      sync.clear();
    });
    assert.deepEqual([...sync.getMany(['k', 'l']).values()], ['root', 'root']);
  });

  it('follows what is awaited inside', async () => {
    const { cache } = aCache(options);
    await cache.withRegion('a', async () => {
      await turn();
      await Promise.all([cache.set('k', 1), turn().then(() => cache.set('l', 2))]);
    });
    assert.equal((await cache.region('a').getMany(['k', 'l'])).size, 2);
  });

  it('may be nested; the inner one goes first', async () => {
    const { cache } = aCache(options);
    await cache.withRegion('a', async () => {
      await cache.set('k', 'a');
      await cache.withRegion('b', () => cache.set('k', 'b'));
      assert.equal(await cache.get('k'), 'a');
    });
    assert.equal(await cache.region('b').get('k'), 'b');
  });

  it('does not mix up what runs at the same time', async () => {
    const { cache } = aCache(options);
    const work = (name: 'a' | 'b') =>
      cache.withRegion(name, async () => {
        for (let round = 0; round < 5; round++) {
          await turn();
          await cache.set(`k${round}`, name);
        }
      });
    await Promise.all([work('a'), work('b'), cache.set('k0', 'root')]);
    assert.deepEqual(
      [await cache.get('k0'), await cache.region('a').get('k4'), await cache.region('b').get('k4')],
      ['root', 'a', 'b'],
    );
  });

  it('ends with its callback, also when that throws', async () => {
    const { cache } = aCache(options);
    const error = new Error('inside');
    assert.throws(
      () =>
        cache.withRegion('a', () => {
          throw error;
        }),
      error,
    );
    await assert.rejects(
      cache.withRegion('a', async () => {
        throw error;
      }),
      error,
    );
    await cache.set('k', 'root');
    assert.equal(await cache.region('a').get('k'), undefined);
  });

  it('holds in factories that are called inside', async () => {
    const { cache } = aCache(options);
    await cache.withRegion('a', () =>
      cache.getOrSet('k', async () => {
        await cache.set('l', 'inner');
        return 'outer';
      }),
    );
    assert.equal((await cache.region('a').getMany(['k', 'l'])).size, 2);
  });

  it('leaves regions that are named alone, and other caches too', async () => {
    const { cache } = aCache(options);
    const other = aCache(options).cache;
    await cache.withRegion('a', async () => {
      await cache.region('b').set('k', 'b');
      await other.set('k', 'other');
    });
    assert.equal(await cache.region('b').get('k'), 'b');
    assert.equal(await other.get('k'), 'other');
  });

  it('can be called on a region as well', async () => {
    const { cache } = aCache(options);
    await cache.region('b').withRegion('a', () => cache.set('k', 1));
    assert.equal(await cache.region('a').get('k'), 1);
  });

  it.each([undefined, null, 'f', {}])('refuses %s for a callback', (callback) => {
    const { cache } = aCache(options);
    assert.throws(() => cache.withRegion('a', callback as () => void), TypeError);
  });
});
