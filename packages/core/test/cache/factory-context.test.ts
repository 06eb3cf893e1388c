import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Duration } from '../../src/index.ts';
import { aCache } from './setting.ts';

describe("the factory's context", () => {
  it('has the key and a signal', async () => {
    const { cache } = aCache();
    const value = await cache.getOrSet('user:1', ({ key, signal }) => [
      key,
      signal instanceof AbortSignal,
      signal.aborted,
    ]);
    assert.deepEqual(value, ['user:1', true, false]);
  });

  it('has the value that is to be replaced, in either window', async () => {
    const { cache, clock } = aCache({ ttl: 10 });
    await cache.set('a', { etag: 1 }, { staleWhileRevalidate: 10 });
    await cache.set('b', { etag: 2 }, { staleIfError: 10 });
    await cache.set('c', { etag: 3 });
    clock.advance('11s');
    const seen: unknown[] = [];
    for (const key of ['a', 'b', 'c', 'd']) {
      await cache.getOrSet(key, ({ stale }) => {
        seen.push(stale);
        return 1;
      });
    }
    assert.deepEqual(seen, [{ etag: 1 }, { etag: 2 }, undefined, undefined]);
  });

  it('setTtl goes before the options, the computed ttl too', async () => {
    const { cache, clock } = aCache({ ttl: () => '1h' });
    await cache.getOrSet('k', ({ setTtl }) => {
      setTtl('10s');
      return 1;
    });
    assert.equal((await cache.getEntry('k'))?.expiresAt, clock.now() + 10_000);
  });

  it('setTags adds to the tags of the options', async () => {
    const { cache } = aCache({ tags: ['all'] });
    await cache.getOrSet(
      'k',
      ({ setTags }) => {
        setTags(['user-1', 'all']);
        setTags(['user-2']);
        return 1;
      },
      { tags: ['users'] },
    );
    assert.deepEqual((await cache.getEntry('k'))?.tags, ['all', 'users', 'user-1', 'user-2']);
    await cache.invalidateTags(['user-2']);
    assert.equal(await cache.get('k'), undefined);
  });

  it('skip answers with the value, and stores nothing', async () => {
    const { cache, clock } = aCache({ ttl: 10, staleIfError: 60, negativeTtl: 10 });
    const factory = (value: number | undefined) => (context: { skip(): void }) => {
      context.skip();
      return value;
    };
    assert.equal(await cache.getOrSet('k', factory(1)), 1);
    assert.equal(await cache.getOrSet('k', factory(undefined)), undefined);
    assert.equal(await cache.getEntry('k'), undefined);
    await cache.set('k', 'old');
    clock.advance('11s');
    assert.equal(await cache.getOrSet('k', factory(2)), 2);
    assert.equal((await cache.getEntry('k'))?.value, 'old');
  });

  it.each([0, -1, Number.NaN, '10 min', null])(
    'setTtl(%s) is a TypeError in the factory, and nothing is stored',
    async (ttl) => {
      const { cache } = aCache();
      await assert.rejects(
        cache.getOrSet('k', ({ setTtl }) => {
          setTtl(ttl as Duration);
          return 1;
        }),
        TypeError,
      );
      assert.equal(await cache.getEntry('k'), undefined);
    },
  );

  it.each(['tag', [''], [1], ['\ud800'], undefined])('setTags(%j) is a TypeError in the factory', async (tags) => {
    const { cache } = aCache();
    await assert.rejects(
      cache.getOrSet('k', ({ setTags }) => {
        setTags(tags as string[]);
        return 1;
      }),
      TypeError,
    );
    assert.equal(await cache.getEntry('k'), undefined);
  });

  it('works in a sync load', () => {
    const { cache, clock } = aCache();
    cache.sync.getOrSet('k', ({ key, setTtl, setTags }) => {
      setTtl(10);
      setTags(['t']);
      return key;
    });
    const entry = cache.sync.getEntry('k');
    assert.deepEqual([entry?.value, entry?.expiresAt, entry?.tags], ['k', clock.now() + 10_000, ['t']]);
    assert.equal(
      cache.sync.getOrSet('l', ({ skip }) => {
        skip();
        return 1;
      }),
      1,
    );
    assert.equal(cache.sync.getEntry('l'), undefined);
  });
});
