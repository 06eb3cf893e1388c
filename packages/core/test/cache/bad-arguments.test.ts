import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Cache } from '../../src/index.ts';
import { faultyTier } from '../../src/testing/index.ts';
import { NaiveTier } from '../testing/naive-tier.ts';
import { aCache, counting } from './setting.ts';

const withKey: [string, (cache: Cache<never>, key: string) => unknown][] = [
  ['get', (cache, key) => cache.get(key)],
  ['set', (cache, key) => cache.set(key, 1)],
  ['getOrSet', (cache, key) => cache.getOrSet(key, () => assert.fail('loaded'))],
  ['has', (cache, key) => cache.has(key)],
  ['delete', (cache, key) => cache.delete(key)],
  ['touch', (cache, key) => cache.touch(key, 1)],
  ['expire', (cache, key) => cache.expire(key)],
  ['getEntry', (cache, key) => cache.getEntry(key)],
  ['getMany', (cache, key) => cache.getMany(['fine', key])],
  [
    'setMany',
    (cache, key) =>
      cache.setMany([
        ['fine', 1],
        [key, 1],
      ]),
  ],
  ['deleteMany', (cache, key) => cache.deleteMany(['fine', key])],
  ['getOrSetMany', (cache, key) => cache.getOrSetMany(['fine', key], () => assert.fail('loaded'))],
];

const noKeys: unknown[] = [
  undefined,
  null,
  1,
  Number.NaN,
  true,
  1n,
  Symbol('k'),
  {},
  ['k'],
  new String('k'),
  () => 'k',
];

/** Must reject, and not throw: a caller who has not awaited yet cannot catch. */
async function refusal(call: () => unknown): Promise<unknown> {
  const result = call();
  assert.ok(result instanceof Promise, 'answered without a promise');
  return result.then(
    () => assert.fail('accepted'),
    (error: unknown) => error,
  );
}

describe('keys', () => {
  it.each(withKey)('%s refuses what is no string', async (_, call) => {
    const { cache, near } = aCache();
    for (const key of noKeys) {
      assert.ok((await refusal(() => call(cache, key as string))) instanceof TypeError);
      assert.throws(() => call(cache.sync as unknown as Cache<never>, key as string), TypeError);
    }
    assert.equal(near.calls.length, 0);
    assert.equal(cache.stats().errors, 0);
  });

  it.each(withKey)('%s refuses lone surrogates, and keys that are too long', async (_, call) => {
    const { cache, near } = aCache();
    const sync = cache.sync as unknown as Cache<never>;
    for (const key of ['\ud800', 'a\udc00', '\udc00\ud800']) {
      assert.ok((await refusal(() => call(cache, key))) instanceof TypeError);
      assert.throws(() => call(sync, key), TypeError);
    }
    for (const key of ['k'.repeat(65_537), 'ä'.repeat(32_769), '💥'.repeat(16_385)]) {
      assert.equal(((await refusal(() => call(cache, key))) as { code?: string }).code, 'KEY_TOO_LONG');
      assert.throws(() => call(sync, key), { code: 'KEY_TOO_LONG' });
    }
    assert.equal(near.calls.filter(({ op }) => op !== 'get').length, 0);
  });

  it('with lone surrogates never reach a tier that encodes them', async () => {
    const encoding = new NaiveTier();
    encoding.can = { ...encoding.can, bytes: true };
    const tier = faultyTier(encoding);
    const { cache } = aCache({ tiers: [tier] });
    assert.ok((await refusal(() => cache.get('\ud800'))) instanceof TypeError);
    assert.throws(() => cache.sync.get('\ud800'), TypeError);
    assert.equal(tier.calls.length, 0);
  });

  it('may be 64 KiB long, and empty', async () => {
    const { cache } = aCache();
    for (const key of ['', 'k'.repeat(65_536), '💥'.repeat(16_384)]) {
      await cache.set(key, 1);
      assert.equal(await cache.get(key), 1);
    }
  });

  it.each([undefined, null, 'text', 1, {}, () => []])('%s is no list of them', async (keys) => {
    const { cache, near } = aCache();
    const list = keys as unknown as string[];
    for (const call of [
      () => cache.getMany(list),
      () => cache.deleteMany(list),
      () => cache.getOrSetMany(list, () => assert.fail('loaded')),
    ]) {
      assert.ok((await refusal(call)) instanceof TypeError);
    }
    assert.throws(() => cache.sync.getMany(list), TypeError);
    assert.throws(() => cache.sync.deleteMany(list), TypeError);
    assert.equal(near.calls.length, 0);
  });
});

describe('values', () => {
  it('undefined is none', async () => {
    const { cache, near } = aCache();
    const error = await refusal(() => cache.set('k', undefined));
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /"k".*undefined/);
    assert.throws(() => cache.sync.set('k', undefined), TypeError);
    assert.equal(near.calls.length, 0);
  });

  it.each([undefined, null, 'text', 1, [1], ['ab'], [['a']], [['a', 1, 2]], [null], new Set(['a'])])(
    '%o are no entries',
    async (entries) => {
      const { cache, near } = aCache();
      assert.ok((await refusal(() => cache.setMany(entries as never))) instanceof TypeError);
      assert.throws(() => cache.sync.setMany(entries as never), TypeError);
      assert.equal(near.calls.length, 0);
    },
  );

  it('an iterable that throws stores nothing', async () => {
    const { cache, near } = aCache();
    const error = new Error('iterable');
    function* entries(): Generator<readonly [string, number]> {
      yield ['a', 1];
      throw error;
    }
    assert.equal(await refusal(() => cache.setMany(entries())), error);
    assert.equal(near.calls.length, 0);
  });
});

describe('factories', () => {
  it.each([undefined, null, 'f', {}, 1, Promise.resolve(1)])('%s is none', async (factory) => {
    const { cache, near } = aCache();
    assert.ok((await refusal(() => cache.getOrSet('k', factory as never))) instanceof TypeError);
    assert.ok((await refusal(() => cache.getOrSetMany(['k'], factory as never))) instanceof TypeError);
    assert.throws(() => cache.sync.getOrSet('k', factory as never), TypeError);
    assert.throws(() => cache.sync.getOrSetMany(['k'], factory as never), TypeError);
    assert.equal(near.calls.length, 0);
  });

  it('that is none is refused for a hit as well', async () => {
    const { cache } = aCache();
    await cache.set('k', 1);
    assert.ok((await refusal(() => cache.getOrSet('k', undefined as never))) instanceof TypeError);
  });
});

describe('entry options', () => {
  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    ttl: [0, -1, Number.NaN, '10 min', null],
    sliding: [0, 'yes'],
    jitter: [-0.1, 2],
    staleWhileRevalidate: [-1],
    staleIfError: ['soon'],
    earlyRefresh: [-1],
    softTimeout: [0],
    hardTimeout: [-1],
    tags: ['t', [''], [1]],
    negativeTtl: [0],
    signal: [null, {}, true, new AbortController()],
    tiers: [null, 1, [], { near: 1 }, { near: { ttl: 0 } }, { near: { tll: 1 } }, { nare: { ttl: 1 } }],
    lease: ['no'],
  };
  const cases = Object.entries(wrong).flatMap(([option, values]) => values.map((value) => [option, value] as const));

  it.each(cases)('%s: %o is refused before anything is done', async (option, value) => {
    const { cache, near } = aCache();
    await cache.set('here', 1);
    near.calls.length = 0;
    const options = { [option]: value } as never;
    const factory = counting(1);
    const naming = { name: 'TypeError', message: new RegExp(option) };
    for (const key of ['k', 'here']) {
      await assert.rejects(cache.set(key, 1, options), naming);
      await assert.rejects(cache.setMany({ [key]: 1 }, options), naming);
      await assert.rejects(cache.getOrSet(key, factory, options), naming);
      await assert.rejects(
        cache.getOrSetMany([key], () => ({ [key]: factory() }), options),
        naming,
      );
      assert.throws(() => cache.sync.set(key, 1, options), naming);
      assert.throws(() => cache.sync.getOrSet(key, factory, options), naming);
    }
    assert.equal(near.calls.length, 0);
    assert.equal(factory.runs, 0);
  });

  it.each([null, 1, '1h', [], new Map([['ttl', 1]]), () => {}])('cannot be %o', async (options) => {
    const { cache, near } = aCache();
    assert.ok((await refusal(() => cache.set('k', 1, options as never))) instanceof TypeError);
    assert.ok(
      (await refusal(() => cache.getOrSet('k', () => assert.fail('loaded'), options as never))) instanceof TypeError,
    );
    assert.equal(near.calls.length, 0);
  });

  it.each([
    [{ tll: 1 }, '"tll".*"ttl"'],
    [{ tag: ['t'] }, '"tag".*"tags"'],
    [{ tiers: { nar: { ttl: 1 } } }, '"nar".*"near"'],
    [{ regions: {} }, '"regions"'],
  ])('that are unknown are named, with the nearest: %o', async (options, message) => {
    const { cache } = aCache();
    await assert.rejects(cache.set('k', 1, options as never), { name: 'TypeError', message: new RegExp(message) });
  });
});

describe('other arguments', () => {
  it.each([undefined, 0, -1, Number.NaN, '', '10 min', null, {}])('touch refuses the ttl %o', async (ttl) => {
    const { cache, near } = aCache();
    assert.ok((await refusal(() => cache.touch('k', ttl as never))) instanceof TypeError);
    assert.throws(() => cache.sync.touch('k', ttl as never), TypeError);
    assert.equal(near.calls.length, 0);
  });

  it.each([undefined, null, 'tag', [''], [1], ['fine', '\ud800'], new Set(['t'])])(
    'invalidateTags refuses %o',
    async (tags) => {
      const { cache, near } = aCache();
      assert.ok((await refusal(() => cache.invalidateTags(tags as never))) instanceof TypeError);
      assert.throws(() => cache.sync.invalidateTags(tags as never), TypeError);
      assert.equal(near.calls.length, 0);
    },
  );
});
