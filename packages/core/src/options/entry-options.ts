import type { Duration } from '../adapter/duration.ts';
import { durationMs } from '../adapter/duration.ts';
import { checkKey } from '../adapter/key.ts';
import { checkBoolean, checkNumber, checkOptions } from '../adapter/option-checks.ts';
import { show } from '../adapter/show.ts';

/** What a `ttl` may be: a duration, or a function of the value that gives one. */
export type Ttl = Duration | ((value: never, key: string) => Duration);

/**
 * How an entry is kept and loaded. Every field but `signal` and `tiers` may also stand in the options of the cache and
 * of a region, as the default of what is stored there.
 */
export interface EntryOptions<V = unknown> {
  /** How long the entry is fresh, more than 0; `Infinity` for ever. @defaultValue `'1h'` */
  readonly ttl?: Duration | ((value: V, key: string) => Duration);
  /**
   * A read grants the entry its time anew: with `true` its whole `ttl`, with a duration that much idle time, but never
   * beyond the `ttl`. @defaultValue `false`
   */
  readonly sliding?: boolean | Duration;
  /** 0..1, symmetric: 0.1 of 300 s gives 270 to 330 s. @defaultValue `0` */
  readonly jitter?: number;
  /** After the ttl, reads answer with the value for so long, and `getOrSet` refreshes it (RFC 5861). @defaultValue `0` */
  readonly staleWhileRevalidate?: Duration;
  /** After the ttl, `getOrSet` answers with the value for so long if its factory fails (RFC 5861). @defaultValue `0` */
  readonly staleIfError?: Duration;
  /**
   * The beta of XFetch ("Optimal Probabilistic Cache Stampede Prevention", VLDB 2015): a hit of `getOrSet` refreshes
   * before the end of the ttl, the likelier the nearer the end and the longer the load took. 1 is a good value.
   * @defaultValue `0`, off
   */
  readonly earlyRefresh?: number;
  /**
   * How long a factory, here or in the process that holds the lease, may keep its callers waiting while there is a stale
   * value to answer with. Who joins a load waits no longer than his own says. @defaultValue `Infinity`
   */
  readonly softTimeout?: Duration;
  /**
   * The end of a load: its callers get a stale value within `staleIfError` or `TIMEOUT`, its signal aborts, and what it
   * returns later is dropped. For who joins a load that may take longer it is the end of his wait. @defaultValue `Infinity`
   */
  readonly hardTimeout?: Duration;
  /** Names under which the entry can be invalidated. Those of the cache, the region and the call add up. */
  readonly tags?: readonly string[];
  /** Keeps a factory's `undefined` for so long: it is not asked again. @defaultValue off */
  readonly negativeTtl?: Duration;
  /**
   * Ends this caller's wait with the signal's reason; the load goes on while anybody else waits for it. A `set` or
   * `setMany` looks at it before it begins, and is not broken off.
   */
  readonly signal?: AbortSignal;
  /** Overrides by the name of a tier. */
  readonly tiers?: Readonly<Record<string, { readonly ttl?: Duration }>>;
  /** `false` loads without a lease of the shared tiers: every process by itself, fenced within the process only. */
  readonly lease?: boolean;
}

/** The defaults that a cache or a region may set. */
export type EntryDefaults = Omit<EntryOptions, 'signal' | 'tiers' | 'ttl'> & { readonly ttl?: Ttl };

/** Entry options, resolved: what a call goes by. Times in milliseconds. */
export interface Plan {
  readonly ttlMs: number;
  readonly ttlOf: ((value: unknown, key: string) => Duration) | undefined;
  /** The idle time; 0 when the entry does not slide, `Infinity` when it slides by its whole ttl. */
  readonly slidingMs: number;
  readonly jitter: number;
  readonly staleMs: number;
  readonly errorMs: number;
  readonly beta: number;
  readonly softMs: number;
  readonly hardMs: number;
  readonly tags: readonly string[];
  /** 0 when `undefined` is not kept. */
  readonly negativeMs: number;
  readonly tierTtlMs: Readonly<Record<string, number>> | undefined;
  readonly lease: boolean;
  readonly signal: AbortSignal | undefined;
}

export const BUILT_IN: Plan = Object.freeze({
  ttlMs: 3_600_000,
  ttlOf: undefined,
  slidingMs: 0,
  jitter: 0,
  staleMs: 0,
  errorMs: 0,
  beta: 0,
  softMs: Infinity,
  hardMs: Infinity,
  tags: Object.freeze([]),
  negativeMs: 0,
  tierTtlMs: undefined,
  lease: true,
  signal: undefined,
});

type Resolved = { -readonly [K in keyof Plan]: Plan[K] };

/** How each option checks its value and changes a plan. */
const RESOLVERS: { readonly [K in keyof Required<EntryOptions>]: (value: unknown, plan: Resolved) => void } = {
  ttl(value, plan) {
    if (typeof value === 'function') {
      plan.ttlOf = value as (value: unknown, key: string) => Duration;
    } else {
      plan.ttlMs = durationMs(value, 'ttl');
      plan.ttlOf = undefined;
    }
  },
  sliding(value, plan) {
    if (value === true) plan.slidingMs = Infinity;
    else if (value === false) plan.slidingMs = 0;
    else plan.slidingMs = durationMs(value, 'sliding');
  },
  jitter(value, plan) {
    plan.jitter = checkNumber(value, 'jitter', { min: 0, max: 1 });
  },
  staleWhileRevalidate(value, plan) {
    plan.staleMs = windowMs(value, 'staleWhileRevalidate');
  },
  staleIfError(value, plan) {
    plan.errorMs = windowMs(value, 'staleIfError');
  },
  earlyRefresh(value, plan) {
    plan.beta = checkNumber(value, 'earlyRefresh', { min: 0, max: 1000 });
  },
  softTimeout(value, plan) {
    plan.softMs = durationMs(value, 'softTimeout');
  },
  hardTimeout(value, plan) {
    plan.hardMs = durationMs(value, 'hardTimeout');
  },
  tags(value, plan) {
    const tags = checkTags(value, 'tags');
    if (tags.length > 0) plan.tags = plan.tags.length === 0 ? tags : [...new Set([...plan.tags, ...tags])];
  },
  negativeTtl(value, plan) {
    plan.negativeMs = durationMs(value, 'negativeTtl');
  },
  signal(value, plan) {
    plan.signal = checkSignal(value);
  },
  tiers(value, plan) {
    plan.tierTtlMs = tierTtls(value);
  },
  lease(value, plan) {
    plan.lease = checkBoolean(value, 'lease');
  },
};

const NAMES: readonly string[] = Object.freeze(Object.keys(RESOLVERS));

/** The names of the options that may also stand in the options of a cache or region. */
export const DEFAULTS_NAMES: readonly string[] = Object.freeze(
  NAMES.filter((name) => name !== 'signal' && name !== 'tiers'),
);

/**
 * A plan with some options put over it. `undefined` stands for an option that is not given.
 *
 * @throws TypeError naming the option, what came and what is allowed.
 */
export function resolvePlan(base: Plan, options: unknown, tierNames: readonly string[]): Plan {
  if (options === undefined) return base;
  checkOptions('entry options', options, NAMES);
  const plan: Resolved = { ...base };
  applyAll(plan, options as EntryOptions, NAMES);
  checkTierNames(plan.tierTtlMs, tierNames);
  return plan;
}

/** As `resolvePlan`, of the defaults that a cache or region sets; other options there are not looked at. */
export function resolveDefaults(base: Plan, options: EntryDefaults): Plan {
  const plan: Resolved = { ...base };
  applyAll(plan, options as EntryOptions, DEFAULTS_NAMES);
  return Object.freeze(plan);
}

function applyAll(plan: Resolved, options: EntryOptions, names: readonly string[]): void {
  for (const name of names as readonly (keyof EntryOptions)[]) {
    const value = options[name];
    if (value !== undefined) RESOLVERS[name](value, plan);
  }
}

/** A length that may also be 0. */
function windowMs(value: unknown, option: string): number {
  return value === 0 ? 0 : durationMs(value, option);
}

/** @throws TypeError unless it is an array of non-empty, well-formed strings. A copy, so that nobody changes it later. */
export function checkTags(value: unknown, option: string): string[] {
  if (!Array.isArray(value))
    throw new TypeError(`${option} must be an array of non-empty strings, not ${show(value)}.`);
  return value.map((tag: unknown, index) => {
    if (typeof tag !== 'string' || tag === '') {
      throw new TypeError(`${option}[${index}] must be a non-empty string, not ${show(tag)}.`);
    }
    checkKey(tag, `${option}[${index}]`);
    return tag;
  });
}

function checkSignal(value: unknown): AbortSignal {
  if (typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value) {
    return value as AbortSignal;
  }
  throw new TypeError(`signal must be an AbortSignal, not ${show(value)}.`);
}

function tierTtls(value: unknown): Record<string, number> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`tiers must be an object of options by the name of a tier, not ${show(value)}.`);
  }
  const ttls: Record<string, number> = Object.create(null);
  for (const [name, options] of Object.entries(value)) {
    checkOptions(`tiers.${name}`, options, ['ttl']);
    const ttl = (options as { ttl?: Duration }).ttl;
    if (ttl !== undefined) ttls[name] = durationMs(ttl, `tiers.${name}.ttl`);
  }
  return ttls;
}

function checkTierNames(ttls: Readonly<Record<string, number>> | undefined, known: readonly string[]): void {
  if (ttls !== undefined) checkOptions('tiers', ttls, known);
}
