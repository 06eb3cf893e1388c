import type { ByteSize } from '@uno-cache/core/adapter';
import { byteSize, checkFunction, checkInteger, checkOneOf } from '@uno-cache/core/adapter';
import type { PolicyFactory } from './policy/choose-policy.ts';
import { choosePolicy, POLICY_NAMES } from './policy/choose-policy.ts';
import type { PolicyName } from './policy/policy.ts';
import type { StoreLimits } from './store/store.ts';

const DEFAULT_MAX_ENTRIES = 10_000;
const DEFAULT_POLICY: PolicyName = 'w-tinylfu';
/** Slots are 32-bit numbers, of which the lists need a few for themselves. */
const MOST_ENTRIES = 2 ** 30;

/** How much may be kept, and who leaves when that is reached. */
export interface BoundsOptions<K, V> {
  /** @defaultValue 10,000; without bound when only `maxBytes` is given */
  readonly maxEntries?: number;
  /** Bounds the sum of the sizes of the entries. @defaultValue none */
  readonly maxBytes?: ByteSize;
  /**
   * The size of an entry in whole bytes, at least 0.
   *
   * @defaultValue an estimate of the heap that key and value take, when `maxBytes` is given
   */
  readonly sizeOf?: (value: V, key: K) => number;
  /** @defaultValue `'w-tinylfu'`, which adapts to recency and frequency */
  readonly policy?: PolicyName;
}

export const BOUNDS_OPTION_NAMES: readonly string[] = Object.freeze(['maxEntries', 'maxBytes', 'sizeOf', 'policy']);

export interface Bounds<K, V> {
  readonly limits: StoreLimits;
  readonly sizeOf: ((value: V, key: K) => number) | undefined;
  readonly policy: PolicyFactory;
}

/** @throws TypeError naming the option, what came and what is allowed. */
export function readBounds<K, V>(options: BoundsOptions<K, V>): Bounds<K, V> {
  const { maxEntries, maxBytes, sizeOf, policy = DEFAULT_POLICY } = options;
  const bytes = maxBytes === undefined ? Infinity : byteSize(maxBytes, 'maxBytes');
  const entries = maxEntries === undefined ? defaultEntries(bytes) : checkEntries(maxEntries);
  if (sizeOf !== undefined) checkFunction(sizeOf, 'sizeOf');
  return Object.freeze({
    limits: Object.freeze({ maxEntries: entries, maxBytes: bytes, weighs: bytes !== Infinity || sizeOf !== undefined }),
    sizeOf,
    policy: choosePolicy(checkOneOf(policy, 'policy', POLICY_NAMES)),
  });
}

/** Whether that many entries is a bound, rather than all that there can be. */
export function hasEntryBound(maxEntries: number): boolean {
  return maxEntries < MOST_ENTRIES;
}

function defaultEntries(maxBytes: number): number {
  return maxBytes === Infinity ? DEFAULT_MAX_ENTRIES : MOST_ENTRIES;
}

function checkEntries(value: unknown): number {
  return checkInteger(value, 'maxEntries', { min: 1, max: MOST_ENTRIES });
}
