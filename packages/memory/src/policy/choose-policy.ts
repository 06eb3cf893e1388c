import { Lru } from './lru.ts';
import type { Policy, PolicyName } from './policy.ts';
import { S3Fifo } from './s3-fifo.ts';
import { WTinyLfu } from './w-tinylfu.ts';

/** All policies, the default first. */
export const POLICY_NAMES: readonly PolicyName[] = Object.freeze(['w-tinylfu', 's3-fifo', 'lru'] as const);

/** What a policy has to know of its store. */
export interface PolicyContext {
  /** Slots that there is room for at first. */
  readonly capacity: number;
  random(): number;
  /** What an entry weighs. */
  weightOf(slot: number): number;
}

export type PolicyFactory = (context: PolicyContext) => Policy;

/** What makes the named policy. */
export function choosePolicy(name: PolicyName): PolicyFactory {
  switch (name) {
    case 'w-tinylfu':
      return ({ capacity, random, weightOf }) => new WTinyLfu(capacity, random, weightOf);
    case 's3-fifo':
      return ({ capacity, weightOf }) => new S3Fifo(capacity, weightOf);
    case 'lru':
      return ({ capacity }) => new Lru(capacity);
  }
}
