import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { estimateSize } from '../src/size/estimate-size.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const KINDS: Readonly<Record<string, (i: number) => unknown>> = {
  'small objects': (i) => ({ id: i, name: `name ${i}`, ok: true }),
  'parsed JSON': (i) =>
    JSON.parse(JSON.stringify({ user: { id: i, roles: ['a', `b${i}`] }, at: '2026-01-01T00:00:00Z' })),
  'nested objects': (i) => ({ id: i, list: Array.from({ length: 10 }, (_, k) => ({ k, v: `v${i}${k}` })) }),
  'strings of one-byte characters': (i) => JSON.parse(`"${'x'.repeat(92)}${String(i).padStart(8, '0')}"`),
  'strings of two-byte characters': (i) => JSON.parse(`"${'ж'.repeat(92)}${String(i).padStart(8, '0')}"`),
  'arrays of numbers': (i) => Array.from({ length: 100 }, (_, k) => k + i + 0.5),
  Maps: (i) => new Map(Array.from({ length: 20 }, (_, k) => [`k${i}${k}`, k])),
  Sets: (i) => new Set(Array.from({ length: 20 }, (_, k) => `k${i}${k}`)),
  bytes: () => new Uint8Array(1_000),
};
const COUNT = 3_000;
const SAMPLES = 5;

function used(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The heap that a value takes. What else the process lets go of meanwhile falsifies one measurement, hardly most. */
function measured(make: (i: number) => unknown): number {
  const samples = Array.from({ length: SAMPLES }, () => {
    const kept: unknown[] = new Array(COUNT).fill(null);
    const before = used();
    for (let i = 0; i < COUNT; i++) kept[i] = make(i);
    return (used() - before) / kept.length;
  });
  return samples.sort((a, b) => a - b)[SAMPLES >> 1]!;
}

describe('estimateSize against the heap', () => {
  it.each(Object.entries(KINDS))('%s', (_, make) => {
    let estimated = 0;
    for (let i = 0; i < COUNT; i++) estimated += estimateSize(make(i)) / COUNT;
    const ratio = estimated / measured(make);
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.35);
  });
});
