import fc from 'fast-check';
import Ketama from 'hashring';
import { describe, expect, it } from 'vitest';
import { hashRing } from '../../src/index.ts';

const KEYS = Array.from({ length: 2000 }, (_, index) => `key:${index}`);
const names = fc.uniqueArray(
  fc
    .record({ host: fc.integer({ min: 0, max: 255 }), port: fc.integer({ min: 1024, max: 65_535 }) })
    .map(({ host, port }) => `10.0.0.${host}:${port}`),
  { minLength: 1, maxLength: 12 },
);
// hashring remembers its answers in a plain object, which has some already.
const text = fc.string({ unit: 'grapheme' }).filter((key) => !(key in Object.prototype));
const keys = fc.array(text, { minLength: 20, maxLength: 60 });

describe('hashRing() beside the npm package hashring', () => {
  it('places keys on equal nodes alike, and in the same order behind them', () => {
    fc.assert(
      fc.property(names, keys, (nodes, some) => {
        const [ours, theirs] = [hashRing(nodes), new Ketama(nodes)];
        for (const key of some) {
          expect(ours.get(key)).toBe(theirs.get(key));
          expect(ours.range(key, 3)).toEqual(theirs.range(key, 3));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('places keys by weights alike', () => {
    const weighted = names.chain((nodes) =>
      fc
        .tuple(...nodes.map(() => fc.integer({ min: 1, max: 20 })))
        .map((weights) => Object.fromEntries(nodes.map((node, index) => [node, weights[index]!]))),
    );
    fc.assert(
      fc.property(weighted, keys, (weights, some) => {
        const [ours, theirs] = [hashRing(Object.keys(weights), { weights }), new Ketama(weights)];
        for (const key of some) expect(ours.get(key)).toBe(theirs.get(key));
      }),
      { numRuns: 60 },
    );
  });

  it.each([1, 7, 40, 160])('places keys with %i virtual nodes alike', (virtualNodes) => {
    const nodes = ['a:1', 'b:1', 'c:1'];
    const theirs = new Ketama(nodes, 'md5', { 'vnode count': virtualNodes });
    const ours = hashRing(nodes, { virtualNodes });
    expect(KEYS.map((key) => ours.get(key))).toEqual(KEYS.map((key) => theirs.get(key)));
  });

  it('places keys with virtual nodes of some nodes alike', () => {
    const theirs = new Ketama({ 'a:1': { vnodes: 10 }, 'b:1': { vnodes: 100 }, 'c:1': 1 });
    const ours = hashRing(['a:1', 'b:1', 'c:1'], { virtualNodes: { 'a:1': 10, 'b:1': 100 } });
    expect(KEYS.map((key) => ours.get(key))).toEqual(KEYS.map((key) => theirs.get(key)));
  });

  it('keeps to placements that were written down', () => {
    const ring = hashRing(['10.0.0.1:11211', '10.0.0.2:11211', '10.0.0.3:11211']);
    const placed = ['', 'a', 'user:7', '€', '__proto__'].map((key) => ring.get(key).slice(7, 8));
    expect(placed.join('')).toMatchInlineSnapshot(`"23111"`);
  });
});

describe('hashRing()', () => {
  it('moves no key but to the node that came, or from the one that went', () => {
    const counts = { virtualNodes: {} as Record<string, number> };
    const exact = (nodes: readonly string[]) => Object.fromEntries(nodes.map((node) => [node, 40]));
    fc.assert(
      fc.property(names, fc.string({ minLength: 1 }), (nodes, added) => {
        fc.pre(!nodes.includes(added));
        counts.virtualNodes = exact([...nodes, added]);
        const before = hashRing(nodes, counts);
        const after = before.with(added);
        const back = after.without(added);
        for (const key of KEYS.slice(0, 200)) {
          if (after.get(key) !== before.get(key)) expect(after.get(key)).toBe(added);
          expect(back.get(key)).toBe(before.get(key));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('moves about one key in n with the ketama counts, too', () => {
    const nodes = Array.from({ length: 10 }, (_, index) => `node-${index}`);
    const before = hashRing(nodes);
    const after = before.with('node-10');
    const moved = KEYS.filter((key) => after.get(key) !== before.get(key)).length;
    expect(moved / KEYS.length).toBeGreaterThan(0.04);
    expect(moved / KEYS.length).toBeLessThan(0.16);
  });

  it('gives nodes what they weigh', () => {
    const ring = hashRing(['a', 'b', 'c'], { weights: { c: 4 }, virtualNodes: 500 });
    const count = KEYS.filter((key) => ring.get(key) === 'c').length / KEYS.length;
    expect(count).toBeCloseTo(4 / 6, 1);
    expect(ring.shareOf('c')).toBeCloseTo(4 / 6, 2);
  });

  it('gives a range of as many nodes as are asked for, if there are so many', () => {
    const ring = hashRing(['a', 'b', 'c']);
    expect([0, 1, 2, 3, 4].map((count) => ring.range('k', count).length)).toEqual([0, 1, 2, 3, 3]);
  });

  it('keeps what is said of a node until it comes', () => {
    const weights: Record<string, number> = { b: 3 };
    const ring = hashRing<string>(['a'], { weights, virtualNodes: 100 });
    expect(ring.shareOf('b')).toBe(0);
    expect(ring.with('b').shareOf('b')).toBeCloseTo(0.75, 2);
  });

  it('names every node once behind a key', () => {
    const ring = hashRing(['a', 'b', 'c', 'd']);
    for (const key of KEYS.slice(0, 100)) {
      expect([...ring.range(key)].sort()).toEqual(['a', 'b', 'c', 'd']);
      expect(ring.range(key)[1]).toBe(ring.without(ring.get(key)).get(key));
    }
  });

  it.each([
    ['no node', () => hashRing([])],
    ['a node named twice', () => hashRing(['a', 'a'])],
    ['a node without a name', () => hashRing([''])],
    ['a weight of 0', () => hashRing(['a'], { weights: { a: 0 } })],
    ['no virtual node', () => hashRing(['a'], { virtualNodes: 0 })],
    ['an unknown option', () => hashRing(['a'], { vnodes: 1 } as never)],
    ['virtual nodes that are no numbers', () => hashRing(['a'], { virtualNodes: '40' as never })],
    ['weights that are none', () => hashRing(['a'], { weights: null as never })],
    ['the loss of the last node', () => hashRing(['a']).without('a')],
    ['the loss of a node that is not there', () => hashRing(['a', 'b']).without('c' as never)],
    ['a key that is no string', () => hashRing(['a']).get(5 as never)],
    ['a range of less than none', () => hashRing(['a']).range('k', -1)],
    ['a range of NaN', () => hashRing(['a']).range('k', Number.NaN)],
  ])('refuses %s', (_, call) => {
    expect(call).toThrow(TypeError);
    expect(call).not.toThrow(/"data"|undefined or null|reading/);
  });
});
