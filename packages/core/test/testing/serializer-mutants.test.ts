import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Serializer } from '../../src/ports/serializer.ts';
import { taggedJson } from '../../src/serializer/tagged-json.ts';
import type { SerializerSuiteOptions } from '../../src/testing/index.ts';
import { oddValues, serializerSuite } from '../../src/testing/index.ts';
import { CollectedSuite } from './collected-suite.ts';

const shared = new Uint8Array(4 * 1024 * 1024);
let instances = 0;

const MUTANTS: Readonly<Record<string, () => Serializer>> = {
  'plain JSON': () => ({
    id: 'plain',
    encode: (value) => new TextEncoder().encode(JSON.stringify(value)),
    decode: (bytes) => JSON.parse(new TextDecoder().decode(bytes)),
  }),
  'an id of its own for each instance': () => ({ ...taggedJson, id: `id-${++instances}` }),
  'no id': () => ({ ...taggedJson, id: '' }),
  'one buffer for all that is encoded': () => ({
    ...taggedJson,
    encode: (value, key) => {
      const bytes = taggedJson.encode(value, key);
      shared.set(bytes);
      return shared.subarray(0, bytes.length);
    },
  }),
  'values that are views of the bytes': () => ({
    ...taggedJson,
    encode: (value, key) =>
      value instanceof Uint8Array && !Buffer.isBuffer(value)
        ? new Uint8Array([1, ...value])
        : new Uint8Array([0, ...taggedJson.encode(value, key)]),
    decode: (bytes, key) => (bytes[0] === 1 ? bytes.subarray(1) : taggedJson.decode(bytes.subarray(1), key)),
  }),
  'a cache of what was decoded': () => {
    const decoded = new Map<string, unknown>();
    return {
      ...taggedJson,
      decode: (bytes, key) => {
        const text = new TextDecoder().decode(bytes);
        if (!decoded.has(text)) decoded.set(text, taggedJson.decode(bytes, key));
        return decoded.get(text);
      },
    };
  },
  'lists are sorted on the way': () => ({
    ...taggedJson,
    encode: (value, key) => taggedJson.encode(Array.isArray(value) ? value.sort() : value, key),
  }),
  'functions are left out': () => ({
    ...taggedJson,
    encode: (value, key) => {
      try {
        return taggedJson.encode(value, key);
      } catch {
        return taggedJson.encode(null, key);
      }
    },
  }),
  'bytes that it cannot read are undefined': () => ({
    ...taggedJson,
    decode: (bytes, key) => {
      try {
        return taggedJson.decode(bytes, key);
      } catch {
        return undefined;
      }
    },
  }),
  'objects that are merged into others': () => ({
    ...taggedJson,
    decode: (bytes, key) => {
      const value = taggedJson.decode(bytes, key);
      merge({}, value);
      return value;
    },
  }),
  'the whole buffer instead of the part': () => ({
    ...taggedJson,
    decode: (bytes, key) => taggedJson.decode(new Uint8Array(bytes.buffer), key),
  }),
};

/** The careless merge of many libraries. */
function merge(target: Record<string, unknown>, source: unknown): void {
  if (typeof source !== 'object' || source === null || Array.isArray(source)) return;
  for (const [name, value] of Object.entries(source)) {
    if (typeof value !== 'object' || value === null) {
      target[name] = value;
    } else {
      target[name] ??= {};
      merge(target[name] as Record<string, unknown>, value);
    }
  }
}

async function failuresOf(options: SerializerSuiteOptions): Promise<string[]> {
  const suite = new CollectedSuite();
  serializerSuite(suite, options);
  try {
    return await suite.failures();
  } finally {
    Reflect.deleteProperty(Object.prototype, 'polluted');
  }
}

describe('the serializer suite finds', () => {
  for (const [name, create] of Object.entries(MUTANTS)) {
    it(name, async () => {
      assert.notDeepEqual(await failuresOf({ create }), []);
    });
  }

  it('a loss that is documented and does not happen', async () => {
    const failures = await failuresOf({ create: () => taggedJson, loses: ['bigint'] });
    assert.deepEqual(failures, ['values > bigint does not come back alike, as documented']);
  });

  it('a name that no value has', () => {
    const suite = new CollectedSuite();
    assert.throws(() => serializerSuite(suite, { create: () => taggedJson, loses: ['integers'] }), /"integers"/);
  });
});

describe('the serializer suite lets', () => {
  it('a serializer lose what it documents', async () => {
    const plain = MUTANTS['plain JSON'] as () => Serializer;
    const loses = oddValues
      .filter(({ make }) => {
        try {
          assert.deepEqual(plain().decode(plain().encode(make(), ''), ''), make());
          return false;
        } catch {
          return true;
        }
      })
      .map(({ name }) => name);
    const failures = await failuresOf({ create: plain, loses });
    assert.ok(
      failures.every((name) => name.startsWith('what cannot be kept > ')),
      failures.join('; '),
    );
  });
});
