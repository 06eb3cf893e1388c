import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf } from '../src/store/hash.ts';
import { KeyIndex } from '../src/store/key-index.ts';

const anyKey = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.bigInt(),
  fc.constantFrom(null, undefined, Symbol.for('registered'), Symbol.iterator, expect, -0, 0, Number.NaN),
);

describe('KeyIndex', () => {
  it('takes every key of a Map, and tells them apart as a Map does', () => {
    fc.assert(
      fc.property(fc.array(anyKey), (keys) => {
        const index = new KeyIndex(1_000, 7);
        const model = new Map<unknown, number>();
        for (const [slot, key] of keys.entries()) {
          expect(index.get(key)).toBe(model.get(key));
          if (model.has(key)) continue;
          model.set(key, slot);
          index.add(key, slot);
        }
        expect(index.size).toBe(model.size);
        expect([...index.slots()].sort()).toEqual([...model.values()].sort());
        for (const key of keys) {
          index.delete(key);
          expect(index.get(key)).toBe(undefined);
        }
        expect(index.size).toBe(0);
      }),
    );
  });

  it('is the same before, while and after it divides itself', () => {
    const index = new KeyIndex(1_000_000, 7);
    const model = new Map<unknown, number>();
    const check = (key: unknown): void => expect(index.get(key)).toBe(model.get(key));
    for (let slot = 0; slot < 100_000; slot++) {
      const key = slot % 3 === 0 ? slot : slot % 3 === 1 ? `key:${slot}` : BigInt(slot);
      index.add(key, slot);
      model.set(key, slot);
      if (slot % 5 === 4) {
        const gone = `key:${slot - 3 - ((slot - 3 - 1) % 3)}`;
        index.delete(gone);
        model.delete(gone);
      }
      if (slot % 997 === 0 || (slot > 64_990 && slot < 65_050)) {
        check(key);
        check(0);
        check('key:1');
        check(`key:${slot >> 1}`);
        expect(index.size).toBe(model.size);
      }
      if (slot === 66_000 || slot === 99_999) {
        expect([...index.slots()].sort((a, b) => a - b)).toEqual([...model.values()].sort((a, b) => a - b));
      }
    }
    for (const key of model.keys()) check(key);
  });
});

describe('hashOf', () => {
  it('is equal for equal keys, and another with another seed', () => {
    const object = {};
    for (const key of ['', 'a', 'x'.repeat(1_000), 1, -1.5, 0n, null, undefined, true, object, Symbol.for('a')]) {
      expect(hashOf(key, 1)).toBe(hashOf(key, 1));
      expect(hashOf(key, 1)).not.toBe(hashOf(key, 2));
    }
    expect(hashOf(0, 1)).toBe(hashOf(-0, 1));
    expect(hashOf({}, 1)).not.toBe(hashOf({}, 1));
  });

  it('spreads keys that differ in one character', () => {
    const low = new Set<number>();
    for (let i = 0; i < 4_096; i++) low.add(hashOf(`user:${i}:profile`, 1) & 1_023);
    expect(low.size).toBeGreaterThan(980);
  });
});
