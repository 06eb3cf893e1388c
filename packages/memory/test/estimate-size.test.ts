import { describe, expect, it } from 'vitest';
import { estimateSize } from '../src/size/estimate-size.ts';

describe('estimateSize', () => {
  it('grows with what it measures', () => {
    const sizes = [0, 10, 1_000, 100_000].map((length) => estimateSize('x'.repeat(length)));
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(estimateSize('ж'.repeat(100))).toBeGreaterThan(estimateSize('x'.repeat(100)) + 90);
    expect(estimateSize(new Uint8Array(5_000))).toBeGreaterThan(5_000);
    expect(estimateSize([{ a: 1.5 }, { a: 1.5 }])).toBeGreaterThan(estimateSize([{ a: 1.5 }]));
  });

  it('takes large structures to go on as they began', () => {
    const part = Array.from({ length: 1_000 }, (_, i) => ({ id: i, name: `name ${i}` }));
    const whole = Array.from({ length: 10_000 }, (_, i) => ({ id: i, name: `name ${i}` }));
    const ratio = estimateSize(whole) / estimateSize(part);
    expect(ratio).toBeGreaterThan(9);
    expect(ratio).toBeLessThan(12);
  });

  it('ends on circles and on very deep values', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(estimateSize(circle)).toBeGreaterThan(0);
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(Number.isFinite(estimateSize(deep))).toBe(true);
  });

  it('knows every kind of value', () => {
    const values: unknown[] = [
      null,
      undefined,
      true,
      1,
      1.5,
      2n ** 100n,
      Symbol('s'),
      () => 1,
      new Date(),
      new Map([[1, 2]]),
    ];
    values.push(new Set(['a']), new ArrayBuffer(8), /x/, [], {});
    for (const value of values) expect(estimateSize(value)).toBeGreaterThanOrEqual(0);
  });
});
