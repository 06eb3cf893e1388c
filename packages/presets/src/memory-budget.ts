import { getHeapStatistics } from 'node:v8';
import type { Advice } from './recipe.ts';
import { advise } from './recipe.ts';

const MB = 1024 ** 2;
const LEAST_MB = 8;

/** How much of a process's memory a preset gives to the memory tier. */
export interface Share {
  /** One part of so many. */
  readonly part: number;
  readonly name: string;
  readonly mostMb: number;
  readonly why: string;
}

/** A bound for a memory tier, as a share of what this process may use. */
export function memoryBudget({ part, name, mostMb, why }: Share): Advice {
  const { mb, of } = memoryLimit();
  const shareMb = Math.floor(mb / part);
  const value = `${Math.max(LEAST_MB, Math.min(mostMb, shareMb))}mb`;
  if (shareMb > mostMb) return advise(value, `not more, though ${of} allows ${mb} MB: ${why}`);
  if (shareMb < LEAST_MB) return advise(value, `less is of no use; ${of} allows ${mb} MB`);
  return advise(value, `${name} of the ${mb} MB that ${of} allows: ${why}`);
}

/** Values lie in V8's heap, and all of the process in its container: the smaller of the two bounds counts. */
function memoryLimit(): { readonly mb: number; readonly of: string } {
  const heap = getHeapStatistics().heap_size_limit;
  // 0 where it is not known; without a container, more than any machine has.
  const container = process.constrainedMemory() || Infinity;
  const mb = Math.floor(Math.min(heap, container) / MB);
  return { mb, of: container < heap ? 'the container' : 'the heap' };
}
