import assert from 'node:assert/strict';
import type { Case, Group } from '../suite.ts';
import { unlessLists } from './claims.ts';
import type { TierTest } from './tier-test.ts';

/** A glob, the keys that it matches, and others that it does not. */
type GlobRow = readonly [pattern: string, matches: readonly string[], others: readonly string[]];

const GLOBS: readonly GlobRow[] = [
  ['*', ['', 'a', 'a:b', 'line\nbreak', '🙂'], []],
  ['', [''], ['a']],
  ['user:*', ['user:', 'user:1', 'user:1:name'], ['user', 'users:1', 'xuser:1', 'USER:1']],
  ['*:name', [':name', 'user:1:name'], ['name', 'user:1:names']],
  ['user:*:name', ['user:1:name', 'user::name', 'user:1:2:name'], ['user:name', 'user:1:names']],
  ['*a*b*', ['ab', 'xaxbx', 'aab'], ['ba', 'a', 'b']],
  ['user:?', ['user:1', 'user:🙂', 'user:é'], ['user:', 'user:12']],
  ['??', ['ab', '🙂🙂'], ['a', 'abc', '🙂']],
  ['[abc]', ['a', 'b', 'c'], ['d', 'ab', '', '[abc]']],
  ['k[0-9]', ['k0', 'k5', 'k9'], ['k', 'ka', 'k10']],
  ['k[^0-9]', ['ka', 'k-'], ['k0', 'k', 'kab']],
  ['[a-cx-z]?', ['a1', 'cc', 'z0'], ['d1', 'a', '-1']],
  ['\\*', ['*'], ['a', '', '\\', '\\*']],
  ['a\\?b', ['a?b'], ['axb', 'a\\?b']],
  ['\\[a\\]', ['[a]'], ['a']],
  ['a\\\\b', ['a\\b'], ['a\\\\b', 'ab']],
  ['a.b', ['a.b'], ['axb']],
  ['(a|b)+$', ['(a|b)+$'], ['a', 'ab']],
  ['{a,b}', ['{a,b}'], ['a', 'b']],
  ['%', ['%'], ['a', '%25']],
  ['a_b', ['a_b'], ['axb']],
  ['no match', [], ['no', 'match']],
];

function deletes([pattern, matches, others]: GlobRow): Case<TierTest> {
  return {
    name: `deletePattern(${JSON.stringify(pattern)})`,
    run: async (test) => {
      for (const key of [...matches, ...others]) await test.put(key, key);
      await test.keys.deletePattern(pattern, test.now);
      for (const key of matches) assert.equal(await test.value(key), undefined, `left: ${JSON.stringify(key)}`);
      for (const key of others) assert.equal(await test.value(key), key, `deleted: ${JSON.stringify(key)}`);
    },
  };
}

export const patterns: Group<TierTest> = {
  name: 'patterns',
  cases: [
    ...GLOBS.map(deletes),
    {
      name: 'keys lists what deletePattern would delete',
      unless: unlessLists,
      run: async (test) => {
        const all = new Set(GLOBS.flatMap(([, matches, others]) => [...matches, ...others]));
        for (const key of all) await test.put(key, 1);
        for (const [pattern, matches, others] of GLOBS) {
          const listed = await test.listed(test.keys, pattern);
          for (const key of matches) assert.ok(listed.includes(key), `${pattern} did not list ${JSON.stringify(key)}`);
          for (const key of others) assert.ok(!listed.includes(key), `${pattern} listed ${JSON.stringify(key)}`);
        }
      },
    },
    {
      name: 'a thousand keys, of which every tenth matches',
      run: async (test) => {
        const names = Array.from({ length: 1_000 }, (_, index) => `${index % 10}:${index}`);
        await test.keys.setMany(
          names.map((key) => ({ key, entry: test.entry(key) })),
          test.now,
        );
        await test.keys.deletePattern('7:*', test.now);
        const found = await test.keys.getMany(names, test.now);
        for (const [index, key] of names.entries()) assert.equal(found[index] === undefined, key.startsWith('7:'), key);
      },
    },
    {
      name: 'a pattern made to be slow is not',
      run: async (test) => {
        const key = 'a'.repeat(5_000);
        await test.put(key, 1);
        const began = performance.now();
        await test.keys.deletePattern(`${'a*'.repeat(40)}b`, test.now);
        assert.ok(performance.now() - began < 1_000, 'matching blew up');
        assert.equal(await test.value(key), 1);
      },
    },
    {
      name: 'what is set after it is kept',
      run: async (test) => {
        await test.put('k', 'before');
        await test.keys.deletePattern('*', test.now);
        await test.put('k', 'after');
        await test.wait(20);
        assert.equal(await test.value('k'), 'after');
      },
    },
  ],
};
