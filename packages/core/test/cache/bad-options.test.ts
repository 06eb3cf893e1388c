import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { CacheOptions, Tier } from '../../src/index.ts';
import { createCache } from '../../src/index.ts';
import { localBus } from '../../src/testing/index.ts';
import { aTier } from './setting.ts';

/** Wrong values of every option that says how entries are kept. */
export const wrongEntryOptions: Readonly<Record<string, readonly unknown[]>> = {
  ttl: [0, -1, Number.NaN, -Infinity, '', '10', '10 min', '-5s', '0s', '1w', null, true, {}, [], 5n],
  sliding: [0, -1, Number.NaN, '0s', 'yes', null, {}],
  jitter: [-0.1, 1.1, Number.NaN, Infinity, '0.1', null, true],
  staleWhileRevalidate: [-1, Number.NaN, '1', null, true],
  staleIfError: [-1, Number.NaN, '1', null, true],
  earlyRefresh: [-1, Number.NaN, '1', null, true],
  softTimeout: [0, -1, Number.NaN, '', null, false],
  hardTimeout: [0, -1, Number.NaN, '', null, false],
  tags: ['tag', [''], [1], [null], ['\ud800'], {}, null, new Set(['t'])],
  negativeTtl: [0, -1, Number.NaN, '', null, true],
  lease: [0, 1, 'no', null],
};

const wrong: Readonly<Record<string, readonly unknown[]>> = {
  ...wrongEntryOptions,
  name: ['', 1, null, {}, '\ud800', 'n'.repeat(257)],
  namespace: ['', 1, null, {}, '\ud800', 'n'.repeat(257)],
  bus: [true, null, {}, 'redis', { join: 1 }],
  serializer: [null, {}, 'json', { id: 'x' }, { id: 'x', encode: () => {} }],
  clock: [null, {}, Date, { now: () => 0 }, { now: () => 0, random: () => 0 }],
  leaseTtl: [0, -1, Number.NaN, '', null],
  leaseWait: [0, -1, Number.NaN, '', null],
  maxStaleness: [0, -1, Number.NaN, '', null],
};

describe('createCache refuses', () => {
  const cases = Object.entries(wrong).flatMap(([option, values]) => values.map((value) => [option, value] as const));

  it.each(cases)('%s: %o', (option, value) => {
    const tier = aTier('tier');
    let opened = 0;
    const open = tier.open.bind(tier);
    tier.open = (...args) => {
      opened++;
      return open(...args);
    };
    const make = () => createCache({ tiers: [tier], [option]: value } as CacheOptions);
    assert.throws(make, { name: 'TypeError', message: new RegExp(option === 'sliding' ? '' : option) });
    if (option in wrongEntryOptions) {
      const inRegion = () => createCache({ tiers: [tier], regions: { r: { [option]: value } } } as CacheOptions);
      assert.throws(inRegion, { name: 'TypeError', message: new RegExp(option) });
    }
    assert.equal(opened, 0);
  });

  it.each([undefined, null, 1, 'options', [], new Map(), () => {}])('%s for its options', (options) => {
    assert.throws(() => createCache(options as CacheOptions), TypeError);
  });

  it.each([
    ['none', undefined],
    ['an empty list', []],
    ['no list', aTier('tier')],
    ['no tier', [{}]],
    ['a factory of one', [() => aTier('tier')]],
    ['null', [null]],
    ['one without a name', [{ open: () => {}, can: {} }]],
    ['two of one name', [aTier('memory'), aTier('memory')]],
  ])('for tiers: %s', (_, tiers) => {
    assert.throws(() => createCache({ tiers: tiers as unknown as Tier[] }), { name: 'TypeError', message: /tiers/ });
    if (tiers === undefined) return;
    const regions = { r: { tiers: tiers as unknown as Tier[] } };
    assert.throws(() => createCache({ tiers: [aTier('tier')], regions }), {
      name: 'TypeError',
      message: /regions\.r\.tiers/,
    });
  });

  it('the same tier twice', () => {
    const tier = aTier('tier');
    assert.throws(() => createCache({ tiers: [tier, tier] }), TypeError);
  });

  it.each([null, 1, 'r', [], [['r', {}]], { r: null }, { r: 1 }, { r: [] }, { '': {} }, { '\ud800': {} }])(
    '%o for its regions',
    (regions) => {
      assert.throws(() => createCache({ tiers: [aTier('tier')], regions: regions as never }), TypeError);
    },
  );

  it('no root tiers while a region has none of its own', () => {
    assert.throws(() => createCache({ regions: { a: {}, b: { tiers: [aTier('tier')] } } }), TypeError);
  });

  it.each([
    [{ tll: '1h' }, 'tll', 'ttl'],
    [{ staleWhileRevalidated: 1 }, 'staleWhileRevalidated', 'staleWhileRevalidate'],
    [{ Jitter: 0.1 }, 'Jitter', 'jitter'],
    [{ tier: [] }, 'tier', 'tiers'],
    [{ region: {} }, 'region', 'regions'],
    [{ regions: { r: { tll: 1 } } }, 'tll', 'ttl'],
  ])('unknown options, and names the nearest: %o', (options, unknown, nearest) => {
    const make = () => createCache({ tiers: [aTier('tier')], ...options } as CacheOptions);
    assert.throws(make, { name: 'TypeError', message: new RegExp(`"${unknown}".*"${nearest}"`) });
  });

  it('unknown options that resemble none', () => {
    const make = () => createCache({ tiers: [aTier('tier')], redisUrl: 'redis://' } as CacheOptions);
    assert.throws(make, { name: 'TypeError', message: /"redisUrl"/ });
  });

  it('what belongs to a call: signal', () => {
    const make = () => createCache({ tiers: [aTier('tier')], signal: AbortSignal.abort() } as CacheOptions);
    assert.throws(make, TypeError);
  });
});

describe('createCache takes', () => {
  it('undefined for an option that is not given', async () => {
    const options = { name: undefined, ttl: undefined, bus: undefined, regions: undefined, clock: undefined };
    const cache = createCache({ tiers: [aTier('tier')], ...options } as unknown as CacheOptions);
    await cache.set('k', 1);
    assert.equal(await cache.get('k'), 1);
    await cache.close();
  });

  it('0 for windows, false for sliding and bus, Infinity for times', async () => {
    const cache = createCache({
      tiers: [aTier('tier', { bus: localBus() })],
      staleWhileRevalidate: 0,
      staleIfError: 0,
      sliding: false,
      jitter: 0,
      earlyRefresh: 0,
      bus: false,
      ttl: Infinity,
      softTimeout: Infinity,
      hardTimeout: Infinity,
      negativeTtl: Infinity,
      tags: [],
    });
    await cache.set('k', 1);
    assert.equal(await cache.get('k'), 1);
    await cache.close();
  });

  it('tiers of one name in different lists, and lists that change later', async () => {
    const tiers = [aTier('memory')];
    const cache = createCache({ tiers, regions: { a: { tiers: [aTier('memory')] } } });
    tiers.pop();
    await cache.set('k', 1);
    assert.equal(await cache.region('a').get('k'), undefined);
    await cache.close();
  });
});
