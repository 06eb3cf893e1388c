import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrequencySketch } from '../src/policy/frequency-sketch.ts';
import { hashOf } from '../src/store/hash.ts';

describe('FrequencySketch', () => {
  it('never counts too low, through growth too', () => {
    const pairs = fc.array(fc.tuple(fc.integer(), fc.integer({ min: 1, max: 15 })), { maxLength: 200 });
    fc.assert(
      fc.property(pairs, fc.boolean(), (raised, grows) => {
        const sketch = new FrequencySketch(64);
        const model = new Map<number, number>();
        for (const [key, count] of raised) {
          const hash = hashOf(key, 1);
          sketch.raise(hash, count);
          model.set(hash, Math.max(count, model.get(hash) ?? 0));
        }
        if (grows) sketch.grow(1_000);
        for (const [hash, count] of model) {
          expect(sketch.estimate(hash)).toBeGreaterThanOrEqual(count);
          expect(sketch.estimate(hash)).toBeLessThanOrEqual(15);
        }
      }),
    );
  });

  it('is nearly exact while it is not crowded', () => {
    const sketch = new FrequencySketch(1_000);
    for (let key = 0; key < 500; key++) sketch.raise(hashOf(key, 1), 1 + (key % 15));
    let wrong = 0;
    for (let key = 0; key < 500; key++) if (sketch.estimate(hashOf(key, 1)) !== 1 + (key % 15)) wrong++;
    expect(wrong).toBeLessThan(25);
    let seen = 0;
    for (let key = 500; key < 1_500; key++) if (sketch.estimate(hashOf(key, 1)) > 0) seen++;
    expect(seen).toBeLessThan(50);
  });

  it('halves every count when it ages, in as many steps as there are', () => {
    const sketch = new FrequencySketch(64);
    const hash = hashOf('k', 1);
    sketch.raise(hash, 15);
    for (let step = 0; step < 4; step++) sketch.age(step / 4, (step + 1) / 4);
    expect(sketch.estimate(hash)).toBe(7);
    sketch.age(0, 1);
    expect(sketch.estimate(hash)).toBe(3);
  });
});
