import type { Clock, Duration, EntryDefaults } from '@uno-cache/core';
import { systemClock } from '@uno-cache/core';
import { checkInteger, checkNumber, checkOptions, compileGlob, durationMs, mismatch } from '@uno-cache/core/adapter';
import { seededRandom } from './seeded-random.ts';
import type { ScheduledTtl } from './until.ts';

const DEFAULT_JITTER = 0;
/** A ttl is greater than 0, also after a jitter of 1. */
const SHORTEST_SECONDS = 0.001;

/** A length, an end on the wall (`until()`), or a function of the value. */
export type TtlRule = Duration | ScheduledTtl | ((value: unknown, key: string) => Duration);

export interface TimeBasedOptions {
  readonly defaultTtl: TtlRule;
  /** 0..1, symmetric: 0.1 of 300 s gives 270 to 330 s. @defaultValue `0` */
  readonly ttlJitter?: number;
  /**
   * By glob over keys; the first that matches goes before `defaultTtl`. First is as JavaScript orders an object: as
   * written, but globs that are integers (`'7'`) before all others. @defaultValue none
   */
  readonly rules?: Readonly<Record<string, TtlRule>>;
  /** A read grants the entry its time anew (see `sliding` of core). @defaultValue `false` */
  readonly sliding?: boolean | Duration;
  /** Makes the jitter the same again. @defaultValue none */
  readonly seed?: number;
  /** @defaultValue the machine's */
  readonly clock?: Clock;
}

const OPTION_NAMES: readonly (keyof TimeBasedOptions)[] = Object.freeze([
  'defaultTtl',
  'ttlJitter',
  'rules',
  'sliding',
  'seed',
  'clock',
]);

/**
 * How long entries live: by default, by key, by value, until a time on the wall, and spread by a jitter so that what
 * was stored together does not end together.
 *
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { timeBased } from '@uno-cache/invalidation';
 * import { memory } from '@uno-cache/memory';
 *
 * const strategy = timeBased({ defaultTtl: '5m', ttlJitter: 0.1, rules: { 'session:*': '30m' } });
 * console.log(strategy.applyJitter(300)); // 270 to 330
 *
 * await using cache = createCache({ ...strategy.options, tiers: [memory()] });
 * await cache.set('session:7', { user: 1 }); // for 27 to 33 minutes
 * ```
 * @throws TypeError naming the option, what came and what is allowed.
 */
export function timeBased(options: TimeBasedOptions): TimeBased {
  checkOptions('timeBased()', options, OPTION_NAMES);
  return new TimeBased(options);
}

interface Rule {
  readonly ttl: TtlRule;
  matches(key: string): boolean;
}

export class TimeBased {
  /** For `createCache({ ...strategy.options })`, or a region. */
  readonly options: EntryDefaults;
  readonly #rules: readonly Rule[];
  readonly #jitter: number;
  readonly #random: () => number;

  constructor(options: TimeBasedOptions) {
    const { defaultTtl, ttlJitter = DEFAULT_JITTER, rules = {}, sliding, seed, clock = systemClock } = options;
    this.#jitter = checkNumber(ttlJitter, 'ttlJitter', { min: 0, max: 1 });
    if (typeof sliding !== 'boolean' && sliding !== undefined) durationMs(sliding, 'sliding');
    if (seed !== undefined) checkInteger(seed, 'seed');
    this.#random = seed === undefined ? () => clock.random() : seededRandom(seed);
    this.#rules = [
      ...Object.entries(rules).map(([glob, ttl]) => ({
        matches: compileGlob(glob),
        ttl: checkTtl(ttl, `rules.${glob}`),
      })),
      { matches: () => true, ttl: checkTtl(defaultTtl, 'defaultTtl') },
    ];
    // A plain ttl leaves the jitter to the cache, which then spreads the ttls of single calls too.
    const isPlain = this.#rules.length === 1 && typeof defaultTtl !== 'function' && seed === undefined;
    this.options = Object.freeze({
      ...(isPlain
        ? { ttl: defaultTtl, jitter: this.#jitter }
        : { ttl: (value: unknown, key: string) => this.ttlFor(key, undefined, value), jitter: 0 }),
      ...(sliding !== undefined && { sliding }),
    });
  }

  /**
   * The ttl of a key in seconds, jitter included.
   *
   * @param ttl - goes before the rules and the default.
   * @param value - for rules that are functions of it.
   */
  ttlFor(key: string, ttl?: Duration | ScheduledTtl, value?: unknown): number {
    const rule = ttl ?? this.#rules.find(({ matches }) => matches(key))!.ttl;
    if (typeof rule !== 'function') return this.applyJitter(rule);
    if (isScheduled(rule)) return rule();
    return this.applyJitter(rule(value, key));
  }

  /** Seconds, spread evenly over `ttl ± jitter · ttl`. */
  applyJitter(ttl: Duration): number {
    const seconds = durationMs(ttl, 'ttl') / 1000;
    if (this.#jitter === 0 || seconds === Infinity) return seconds;
    return Math.max(SHORTEST_SECONDS, seconds * (1 + this.#jitter * (2 * this.#random() - 1)));
  }
}

function isScheduled(rule: TtlRule): rule is ScheduledTtl {
  return typeof rule === 'function' && 'isScheduled' in rule;
}

function checkTtl(ttl: unknown, option: string): TtlRule {
  if (typeof ttl === 'function') return ttl as TtlRule;
  if (ttl === undefined) throw new TypeError(mismatch(option, 'a duration, until(...) or a function', ttl));
  durationMs(ttl, option);
  return ttl as Duration;
}
