import assert from 'node:assert/strict';
import { physicalKey } from '../../adapter/key.ts';
import type { Serializer } from '../../ports/serializer.ts';
import type { Case, Group } from '../suite.ts';
import { unlessBytes, unlessLeases } from './claims.ts';
import type { TierTest } from './tier-test.ts';

/** JSON between brackets of its own, so that no other serializer reads it by chance. */
function bracketed(id: string, accepts?: readonly string[]): Serializer {
  return {
    id,
    ...(accepts && { accepts }),
    encode: (value) => new TextEncoder().encode(`<<${JSON.stringify(value)}>>`),
    decode: (bytes) => {
      const text = new TextDecoder().decode(bytes);
      assert.ok(text.startsWith('<<') && text.endsWith('>>'), 'not of this serializer');
      return JSON.parse(text.slice(2, -2));
    },
  };
}

const cases: readonly Case<TierTest>[] = [
  {
    name: "the keyspace says which it uses: the scope's, where that has one",
    run: async (test) => {
      assert.ok(test.keys.serializer, 'a tier that keeps bytes has a serializer');
      const serializer = bracketed('suite-a');
      assert.equal(test.open({ serializer }).serializer, serializer);
    },
  },
  {
    name: 'a payload that is given is stored as it is',
    run: async (test) => {
      const serializer = bracketed('suite-a');
      const keyspace = test.open({ serializer });
      const key = physicalKey({ namespace: test.context.namespace, region: '' }, 'k');
      const payload = serializer.encode({ from: 'payload' }, key);
      await keyspace.set('k', test.entry({ from: 'payload' }), test.now, payload);
      assert.deepEqual((await keyspace.get('k', test.now))?.value, { from: 'payload' });
      await keyspace.setMany([{ key: 'many', entry: test.entry({ from: 'payload' }), payload }], test.now);
      assert.deepEqual((await keyspace.get('many', test.now))?.value, { from: 'payload' });
    },
  },
  {
    name: 'a fill takes a payload too',
    unless: unlessLeases,
    run: async (test) => {
      const serializer = bracketed('suite-a');
      const keyspace = test.open({ serializer });
      const lease = await keyspace.leases?.acquire('k', test.request());
      assert.ok(lease?.state === 'won');
      const payload = serializer.encode([1, 2], 'k');
      await keyspace.leases?.fill('k', test.entry([1, 2]), lease.token, test.now, payload);
      assert.deepEqual((await keyspace.get('k', test.now))?.value, [1, 2]);
    },
  },
  {
    name: 'a reader with another serializer sees a miss, and says so',
    run: async (test) => {
      await test.open({ serializer: bracketed('suite-a') }).set('k', test.entry(1), test.now);
      const other = test.open({ serializer: bracketed('suite-b') });
      assert.equal(await other.get('k', test.now), undefined);
      assert.deepEqual(await other.getMany(['k'], test.now), [undefined]);
      assert.ok(
        test.reports.some(({ kind }) => kind === 'error'),
        'nothing was reported',
      );
    },
  },
  {
    name: "a reader that accepts the other's bytes reads them",
    run: async (test) => {
      await test.open({ serializer: bracketed('suite-a') }).set('k', test.entry([1]), test.now);
      const ids: unknown[] = [];
      const successor = bracketed('suite-b', ['suite-a']);
      const decode: Serializer['decode'] = (bytes, key, id) => {
        ids.push(id);
        return successor.decode(bytes, key);
      };
      const migrating = test.open({ serializer: { ...successor, decode } });
      assert.deepEqual((await migrating.get('k', test.now))?.value, [1]);
      assert.deepEqual(ids, ['suite-a'], 'it has to be told whose bytes they are');
    },
  },
  {
    name: 'bytes that the serializer cannot read are a miss',
    run: async (test) => {
      const broken: Serializer = {
        ...bracketed('suite-a'),
        decode: () => {
          throw new Error('cannot read');
        },
      };
      await test.open({ serializer: bracketed('suite-a') }).set('k', test.entry(1), test.now);
      assert.equal(await test.open({ serializer: broken }).get('k', test.now), undefined);
      assert.ok(
        test.reports.some(({ kind }) => kind === 'error'),
        'nothing was reported',
      );
    },
  },
  {
    name: 'a value that cannot be encoded is refused, and leaves no old value',
    run: async (test) => {
      const cannot: Serializer = {
        ...bracketed('suite-a'),
        encode: () => {
          throw new Error('cannot write');
        },
      };
      const keyspace = test.open({ serializer: cannot });
      await assert.rejects(async () => keyspace.set('k', test.entry(1), test.now));
      assert.equal(await keyspace.get('k', test.now), undefined);
    },
  },
];

export const serializers: Group<TierTest> = {
  name: 'serializers',
  cases: cases.map(({ unless, ...each }) => ({ ...each, unless: (test) => unlessBytes(test) ?? unless?.(test) })),
};
