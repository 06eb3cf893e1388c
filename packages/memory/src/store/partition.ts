import type { Clock, EvictionCause } from '@uno-cache/core';
import type { KeyIndex } from './key-index.ts';

/** One owner's share of a store: its keys, and whom to tell what happened to them. The bounds are the store's. */
export interface Partition {
  readonly id: number;
  /** What deadlines in this partition are measured by. */
  readonly clock: Clock;
  index: KeyIndex;
  /** The sizes of its values, where the store weighs. */
  bytes: number;
  /** An entry has left without having been asked to. It is gone when this is called, which may use the store. */
  evicted: ((key: unknown, value: unknown, cause: EvictionCause) => void) | undefined;
}
