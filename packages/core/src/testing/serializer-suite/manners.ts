import assert from 'node:assert/strict';
import { oddKeys } from '../odd-keys.ts';
import type { Group } from '../suite.ts';
import type { SerializerTest } from './serializer-test.ts';
import { KEY, kept } from './serializer-test.ts';

/** Larger than the bytes within, with other bytes around, as a client's receive buffer is. */
function embedded(bytes: Uint8Array): Uint8Array {
  const around = new Uint8Array(bytes.length + 14).fill(0xa5);
  around.set(bytes, 7);
  return around.subarray(7, 7 + bytes.length);
}

export const manners: Group<SerializerTest> = {
  name: 'manners',
  cases: [
    {
      name: 'the id is a name, the same for each instance',
      run: ({ serializer, another }) => {
        const { id, accepts = [] } = serializer;
        assert.ok(typeof id === 'string' && /^[\x21-\x7e]{1,100}$/.test(id), `id ${JSON.stringify(id)}`);
        assert.equal(another().id, id);
        for (const other of accepts) assert.ok(typeof other === 'string' && other.length > 0 && other !== id);
      },
    },
    {
      name: 'encode gives bytes',
      run: (test) => {
        for (const { make, name } of kept(test)) {
          const bytes = test.serializer.encode(make(), KEY);
          // Not `instanceof`: where tests run in a context of their own, a Buffer is of another realm.
          assert.equal(Object.prototype.toString.call(bytes), '[object Uint8Array]', name);
        }
      },
    },
    {
      name: 'encode changes nothing in the value',
      run: (test) => {
        for (const { make, name } of kept(test)) {
          const value = make();
          test.serializer.encode(value, KEY);
          assert.deepEqual(value, make(), name);
        }
      },
    },
    {
      name: 'encode does not use the bytes that it gave for the next value',
      run: (test) => {
        const all = kept(test).map(({ make, name }) => {
          const bytes = test.serializer.encode(make(), KEY);
          return { name, bytes, copy: bytes.slice() };
        });
        for (const { name, bytes, copy } of all) assert.ok(sameBytes(bytes, copy), name);
      },
    },
    {
      name: 'decode changes nothing in the bytes',
      run: (test) => {
        for (const { make, name } of kept(test)) {
          const bytes = test.serializer.encode(make(), KEY);
          const copy = bytes.slice();
          test.serializer.decode(bytes, KEY);
          assert.ok(sameBytes(bytes, copy), name);
        }
      },
    },
    {
      name: 'decode does not keep the bytes: their memory is used again',
      run: (test) => {
        for (const { make, name } of kept(test)) {
          const bytes = embedded(test.serializer.encode(make(), KEY));
          const value = test.serializer.decode(bytes, KEY);
          new Uint8Array(bytes.buffer).fill(0x5a);
          assert.deepEqual(value, make(), name);
        }
      },
    },
    {
      name: 'decode gives a new value each time',
      run: (test) => {
        for (const { make, name } of kept(test)) {
          const bytes = test.serializer.encode(make(), KEY);
          const [one, two] = [test.serializer.decode(bytes, KEY), test.serializer.decode(bytes, KEY)];
          if (typeof one === 'object' && one !== null) assert.notEqual(one, two, name);
        }
      },
    },
    {
      name: 'any key will do',
      run: (test) => {
        const [value] = kept(test);
        assert.ok(value);
        for (const key of oddKeys) {
          const bytes = test.serializer.encode(value.make(), key);
          assert.deepEqual(test.serializer.decode(bytes, key), value.make(), JSON.stringify(key));
        }
      },
    },
  ],
};

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
