import assert from 'node:assert/strict';
import { CacheError } from '../../errors.ts';
import type { Case, Group } from '../suite.ts';
import type { Corruption } from '../tier-suite.ts';
import { unlessBytes } from './claims.ts';
import type { TierTest } from './tier-test.ts';

const CORRUPTIONS: readonly Corruption[] = ['truncated', 'foreign', 'flipped', 'empty'];

function unlessCorrupts(test: TierTest): string | undefined {
  return unlessBytes(test) ?? (test.options.corrupt ? undefined : 'the suite was not told how to spoil bytes');
}

function isMiss(kind: Corruption): Case<TierTest> {
  return {
    name: `${kind} bytes are a miss, reported, and can be written over`,
    unless: unlessCorrupts,
    run: async (test) => {
      await test.put('good', 'good');
      const version = await test.put('k', { long: 'value '.repeat(50) });
      const { tier } = test;
      const target = { tier, namespace: test.context.namespace, region: '', key: 'k', kind };
      if ((await test.options.corrupt?.(target)) === false) return;
      assert.equal(await test.keys.get('k', test.now), undefined);
      const found = await test.keys.getMany(['k', 'good'], test.now);
      assert.deepEqual(
        found.map((entry) => entry?.value),
        [undefined, 'good'],
      );
      assert.ok(
        test.reports.some((report) => report.kind === 'error'),
        'nothing was reported',
      );
      assert.equal(await test.keys.touch('k', test.now + 60_000, test.now), 0);
      assert.equal(await test.keys.expire('k', test.now), 0);
      await test.put('k', { another: 'value '.repeat(50) });
      await test.options.corrupt?.(target);
      if (tier.can.leases) {
        const { token } = await test.win('k');
        assert.ok((await test.fill('k', 'filled', token)) > 0);
        assert.equal(await test.value('k'), 'filled');
      }
      assert.ok((await test.put('k', 'new')) > version);
      assert.equal(await test.value('k'), 'new');
    },
  };
}

const refusals: readonly Case<TierTest>[] = [
  {
    name: 'a set that is too large fails, and leaves no old value',
    run: async (test) => {
      await test.put('k', 'old');
      const tooLarge = test.entry(test.options.tooLarge?.());
      await assert.rejects(
        async () => test.keys.set('k', tooLarge, test.now),
        (error) => CacheError.is(error, 'VALUE_TOO_LARGE'),
      );
      assert.equal(await test.keys.get('k', test.now), undefined);
    },
  },
  {
    name: 'of a batch only what is too large is refused',
    run: async (test) => {
      await test.put('large', 'old');
      const items = [
        { key: 'a', entry: test.entry(1) },
        { key: 'large', entry: test.entry(test.options.tooLarge?.()) },
        { key: 'b', entry: test.entry(2) },
      ];
      const [a, large, b] = await test.keys.setMany(items, test.now);
      assert.ok(CacheError.is(large, 'VALUE_TOO_LARGE'), `answered with ${String(large)}`);
      assert.ok(typeof a === 'number' && typeof b === 'number');
      const found = await test.keys.getMany(['a', 'large', 'b'], test.now);
      assert.deepEqual(
        found.map((entry) => entry?.value),
        [1, undefined, 2],
      );
    },
  },
  {
    name: 'a fill that is too large fails or is refused, and leaves no old value',
    unless: ({ tier }) => (tier.can.leases ? undefined : 'the tier does not lease'),
    run: async (test) => {
      const replaces = await test.put('k', 'old');
      const { token } = await test.win('k', { replaces });
      const version = await test.fill('k', test.options.tooLarge?.(), token).catch(() => 0);
      assert.equal(version, 0);
      assert.equal(await test.keys.get('k', test.now), undefined);
    },
  },
];

function unlessRefuses({ options }: TierTest): string | undefined {
  return options.tooLarge ? undefined : 'the suite was not told what is too large';
}

export const faults: Group<TierTest> = {
  name: 'bad bytes and refusals',
  cases: [
    ...CORRUPTIONS.map(isMiss),
    ...refusals.map(({ unless, ...each }) => ({
      ...each,
      unless: (test: TierTest) => unlessRefuses(test) ?? unless?.(test),
    })),
  ],
};
