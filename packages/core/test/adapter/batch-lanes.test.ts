import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { BatchLanes } from '../../src/adapter/batch-lanes.ts';

/** Answers batches; each `turn` gives out one more slice. */
function lanes() {
  const later: (() => void)[] = [];
  const batches = new BatchLanes((callback) => later.push(callback));
  return {
    batches,
    answer(readers: number): number[] {
      const answered: number[] = [];
      batches.answer(readers, (index) => answered.push(index));
      return answered;
    },
    turn: () => later.shift()?.(),
    get waiting() {
      return later.length;
    },
  };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('batch lanes', () => {
  it.each([1, 2, 3, 7, 15, 16, 33, 1_000])('answer each of %i readers once, in order', (readers) => {
    const set = lanes();
    set.batches.sent();
    const answered = set.answer(readers);
    while (set.waiting > 0) set.turn();
    assert.deepEqual(answered, upTo(readers));
  });

  it('answer a lone reader, and two of them, at once', () => {
    for (const readers of [1, 2, 3]) {
      const set = lanes();
      set.batches.sent();
      assert.deepEqual(set.answer(readers), upTo(readers));
    }
  });

  it('part a batch that was alone, a turn between the slices', () => {
    const set = lanes();
    set.batches.sent();
    const answered = set.answer(8);
    const lengths = [answered.length];
    while (set.waiting > 0) {
      set.turn();
      lengths.push(answered.length);
    }
    assert.deepEqual(lengths, [2, 4, 6, 8]);
  });

  it('part a large one in two', () => {
    const set = lanes();
    set.batches.sent();
    const answered = set.answer(64);
    assert.equal(answered.length, 32);
    set.turn();
    assert.equal(answered.length, 64);
    assert.equal(set.waiting, 0);
  });

  it('leave a batch whole while enough others are under way, and part it again once these have failed', () => {
    const set = lanes();
    for (let batch = 0; batch < 3; batch++) set.batches.sent();
    assert.equal(set.answer(64).length, 64);
    set.batches.sent();
    set.batches.failed();
    set.batches.failed();
    assert.equal(set.answer(64).length, 32);
  });
});
