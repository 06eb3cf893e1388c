import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedLoad, hashRing } from '../../src/index.ts';

const NODES = ['a', 'b', 'c', 'd', 'e'] as const;

describe('boundedLoad()', () => {
  it('gives no node more than the factor times its share, however skewed the keys', () => {
    const keys = fc.array(fc.constantFrom('hot', 'hot', 'hot', 'k1', 'k2', 'k3'), { minLength: 1, maxLength: 200 });
    const ring = hashRing(NODES);
    fc.assert(
      fc.property(keys, fc.double({ min: 1.01, max: 3, noNaN: true }), (some, factor) => {
        const load = boundedLoad(ring, { factor });
        for (const key of some) load.acquire(key);
        for (const node of NODES) {
          expect(load.loadOf(node)).toBeLessThanOrEqual(Math.ceil(factor * some.length * ring.shareOf(node)));
        }
        expect(NODES.reduce((sum, node) => sum + load.loadOf(node), 0)).toBe(some.length);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps keys where they belong while there is room, and takes what is released into account', () => {
    const ring = hashRing(NODES);
    const load = boundedLoad(ring, { factor: 100 });
    for (const key of ['x', 'y', 'z', 'x']) expect(load.acquire(key)).toBe(ring.get(key));
    load.release(ring.get('x'));
    const tight = boundedLoad(ring, { factor: 1.01 });
    const first = tight.acquire('x');
    expect(first).toBe(ring.get('x'));
    expect(tight.acquire('x')).not.toBe(first);
    tight.release(first);
    tight.release(first);
    expect(tight.loadOf(first)).toBe(0);
    expect(tight.acquire('x')).toBe(first);
  });

  it.each([1, 0, Number.NaN, '2'])('refuses the factor %o', (factor) => {
    expect(() => boundedLoad(hashRing(NODES), { factor: factor as number })).toThrow(TypeError);
  });

  it('refuses what is no ring', () => {
    expect(() => boundedLoad(undefined as never)).toThrow(/ring must be/);
  });
});
