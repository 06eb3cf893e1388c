import { getHeapStatistics } from 'node:v8';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryBudget } from '../src/memory-budget.ts';

const MB = 1024 ** 2;
const share = { part: 8, name: 'an eighth', mostMb: 512, why: 'so' };
const inContainerOf = (bytes: number) => vi.spyOn(process, 'constrainedMemory').mockReturnValue(bytes);

afterEach(() => {
  vi.restoreAllMocks();
});

describe('memoryBudget()', () => {
  it('is a share of the container, where that is smaller than the heap', () => {
    inContainerOf(400 * MB);
    expect(memoryBudget(share)).toEqual({
      value: '50mb',
      reason: 'an eighth of the 400 MB that the container allows: so',
    });
  });

  it.each([0, 2 ** 64])('is a share of the heap without a container: %d', (unknown) => {
    inContainerOf(unknown);
    const heap = Math.floor(getHeapStatistics().heap_size_limit / MB);
    const { value, reason } = memoryBudget({ ...share, mostMb: 1e6 });
    expect(value).toBe(`${Math.floor(heap / 8)}mb`);
    expect(reason).toContain(`the ${heap} MB that the heap allows`);
  });

  it('has a least and a most', () => {
    inContainerOf(40 * MB);
    expect(memoryBudget(share)).toEqual({ value: '8mb', reason: 'less is of no use; the container allows 40 MB' });
    inContainerOf(1000 * MB);
    expect(memoryBudget({ ...share, mostMb: 64 })).toEqual({
      value: '64mb',
      reason: 'not more, though the container allows 1000 MB: so',
    });
  });
});
