import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Golden } from './golden.ts';
import { goldens } from './golden.ts';
import { KEY } from './round-trip.ts';

const MB = 1024 * 1024;
const runs = { numRuns: 2_000 };

/** Reads what may be anything. It may be refused; nothing else may come of it. */
function survives({ serializer }: Golden, bytes: Uint8Array): boolean {
  const began = performance.now();
  let isRefused = false;
  try {
    serializer.decode(bytes, KEY);
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    isRefused = true;
  }
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(Object.keys(Object.prototype)).toEqual([]);
  return isRefused;
}

describe.each(goldens)('$name', (golden) => {
  const { bytes } = golden;
  const place = fc.nat(bytes.length - 1);

  it('survives bytes at random', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (random) => void survives(golden, random)),
      runs,
    );
  });

  it('survives its own beginning with anything after it', () => {
    fc.assert(
      fc.property(fc.nat(12), fc.uint8Array({ maxLength: 300 }), (length, rest) => {
        survives(golden, Buffer.concat([bytes.subarray(0, length), rest]));
      }),
      runs,
    );
  });

  it('survives truncation at every place', () => {
    for (let length = 0; length < bytes.length; length++) {
      survives(golden, bytes.slice(0, length));
      survives(golden, bytes.slice(length));
    }
  });

  it('survives every turned bit', () => {
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      survives(golden, damaged);
    }
  });

  it('survives several bytes that are others, left out, or twice there', () => {
    const edit = fc.tuple(place, fc.nat(8), fc.uint8Array({ maxLength: 8 }));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const damaged = [...bytes];
        for (const [at, count, inserted] of edits) damaged.splice(at, count, ...inserted);
        survives(golden, Uint8Array.from(damaged));
      }),
      runs,
    );
  });

  it('takes no more memory for lengths that are not there', () => {
    const before = process.memoryUsage().rss;
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged.fill(0xff, at, at + 4);
      survives(golden, damaged);
      damaged.fill(0x7f, at, at + 4);
      survives(golden, damaged);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MB);
  });
});

it.each(goldens.filter(({ name }) => ['v8', 'encrypted', 'fingerprinted'].includes(name)))(
  '$name: whatever is not as it was written is refused',
  (golden) => {
    const { bytes } = golden;
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(survives(golden, damaged), `bit ${bit}`).toBe(true);
    }
    for (let length = 0; length < bytes.length; length++) {
      expect(survives(golden, bytes.slice(0, length))).toBe(true);
    }
  },
);
