import assert from 'node:assert/strict';
import type { Serializer } from '../../ports/serializer.ts';
import { SeededRandom } from '../seeded-random.ts';
import type { Group } from '../suite.ts';
import type { SerializerTest } from './serializer-test.ts';
import { KEY, kept } from './serializer-test.ts';

const LONG_MS = 2_000;
const ROUNDS = 300;

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** Bytes of other programs. */
const FOREIGN: Readonly<Record<string, Uint8Array>> = {
  nothing: new Uint8Array(0),
  zeros: new Uint8Array(32),
  ones: new Uint8Array(32).fill(0xff),
  'a web page': text('<!doctype html><title>502 Bad Gateway</title>'),
  'a half of something': text('{"a":[1,2,{"b":'),
  'two of something': text('{"a":1}{"a":1}'),
  gzip: new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 75, 76, 74, 6, 0, 194, 65, 36, 53]),
};

/** Text that pollutes prototypes where it is read without care. */
const POISON: readonly Uint8Array[] = [
  text('{"__proto__":{"polluted":true}}'),
  text('{"constructor":{"prototype":{"polluted":true}}}'),
  text('[{"__proto__":{"polluted":true}},{"a":{"__proto__":{"polluted":true}}}]'),
  text(' {"__proto__":{"polluted":true}}'),
  text(' {"$map":[["__proto__",{"polluted":true}]]}'),
];

/** Whether the bytes are refused; checks that reading them does no harm either way. */
function isRefused(serializer: Serializer, bytes: Uint8Array): boolean {
  const began = performance.now();
  let refused = false;
  try {
    serializer.decode(bytes, KEY);
  } catch {
    refused = true;
  }
  assert.ok(performance.now() - began < LONG_MS, 'it took more than two seconds');
  assert.equal(({} as { polluted?: unknown }).polluted, undefined, 'it changed the prototype of all objects');
  return refused;
}

function someOf(test: SerializerTest): Uint8Array[] {
  return kept(test)
    .map(({ make }) => test.serializer.encode(make(), KEY))
    .filter(({ length }) => length > 0 && length < 5_000);
}

export const damage: Group<SerializerTest> = {
  name: 'bytes that it has not written',
  cases: [
    ...Object.entries(FOREIGN).map(([name, bytes]) => ({
      name: `${name}: an error, and not a value`,
      unless: ({ isTolerant }: SerializerTest) => (isTolerant ? 'the format reads other bytes too' : undefined),
      run: ({ serializer }: SerializerTest) => {
        assert.ok(isRefused(serializer, bytes), 'it was read');
      },
    })),
    {
      name: 'bytes at random do no harm',
      run: ({ serializer }) => {
        const random = new SeededRandom(1);
        for (let round = 0; round < ROUNDS; round++) {
          const length = Math.floor(random.next() * 200);
          isRefused(
            serializer,
            Uint8Array.from({ length }, () => random.next() * 256),
          );
        }
      },
    },
    {
      name: 'its own bytes with a part missing do no harm',
      run: (test) => {
        for (const bytes of someOf(test)) {
          const step = Math.max(1, Math.floor(bytes.length / 25));
          for (let length = 0; length < bytes.length; length += step) {
            isRefused(test.serializer, bytes.slice(0, length));
            isRefused(test.serializer, bytes.slice(length));
          }
        }
      },
    },
    {
      name: 'its own bytes with a bit turned do no harm',
      run: (test) => {
        const random = new SeededRandom(2);
        for (const bytes of someOf(test)) {
          for (let round = 0; round < 20; round++) {
            const damaged = bytes.slice();
            const place = Math.floor(random.next() * damaged.length);
            damaged[place] = damaged[place]! ^ (1 << Math.floor(random.next() * 8));
            isRefused(test.serializer, damaged);
          }
        }
      },
    },
    {
      name: 'it changes no prototypes',
      run: ({ serializer }) => {
        for (const bytes of POISON) isRefused(serializer, bytes);
      },
    },
    {
      name: 'depth without end does no harm',
      run: ({ serializer }) => {
        isRefused(serializer, text('['.repeat(200_000)));
        isRefused(serializer, text(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`));
        isRefused(serializer, new Uint8Array(200_000).fill(0x91));
      },
    },
    {
      name: 'it goes on after that',
      run: (test) => {
        for (const bytes of Object.values(FOREIGN)) isRefused(test.serializer, bytes);
        for (const { make, name } of kept(test)) {
          assert.deepEqual(test.serializer.decode(test.serializer.encode(make(), KEY), KEY), make(), name);
        }
      },
    },
  ],
};
