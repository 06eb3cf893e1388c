import { durationMs } from './adapter/duration.ts';
import { checkName, checkOptions } from './adapter/option-checks.ts';
import { show } from './adapter/show.ts';
import type { Cache } from './cache.ts';
import { CacheView } from './cache-view.ts';
import type { EngineOptions } from './engine/engine.ts';
import { Engine } from './engine/engine.ts';
import type { CacheOptions, RegionOptions } from './options/cache-options.ts';
import { CACHE_OPTION_NAMES, REGION_OPTION_NAMES } from './options/cache-options.ts';
import { DEFAULTS_NAMES } from './options/entry-options.ts';
import type { Bus } from './ports/bus.ts';
import type { Clock } from './ports/clock.ts';
import type { Serializer } from './ports/serializer.ts';
import type { Tier } from './ports/tier.ts';
import { systemClock } from './system-clock.ts';

const DEFAULT_LEASE_TTL = '5s';
const DEFAULT_LEASE_WAIT = '10s';
const DEFAULT_MAX_STALENESS = '10s';

/**
 * A cache over one or more tiers, the nearest first: reads go near to far and copy nearer what they find, writes go to
 * all.
 *
 * @throws TypeError for wrong options: unknown ones, wrong values, no tiers, two tiers of one name.
 *
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { memory } from '@uno-cache/memory';
 *
 * const cache = createCache({ tiers: [memory({ maxEntries: 10_000 })], ttl: '10m' });
 * const user = await cache.getOrSet('user:1', async () => ({ id: 1, name: 'Ada' }));
 * console.log(user.name);
 * await cache.close();
 * ```
 */
export function createCache<const R extends string = never>(options: CacheOptions<R>): Cache<R> {
  const engine = new Engine(checkCacheOptions(options as CacheOptions));
  const views = new Map<string, CacheView<R>>();
  for (const [name, region] of engine.regions) views.set(name, new CacheView<R>(engine, region, views));
  return views.get('') as CacheView<R>;
}

function checkCacheOptions(options: CacheOptions): EngineOptions {
  checkOptions('createCache()', options, [...CACHE_OPTION_NAMES, ...DEFAULTS_NAMES]);
  const name = checkName(options.name ?? 'cache', 'name');
  const regions = checkRegions(options.regions);
  const ownTiers = regions.length > 0 && regions.every(([, region]) => region.tiers !== undefined);
  const { bus, clock = systemClock, serializer } = options;
  if (bus !== undefined && bus !== false) checkPort<Bus>(bus, 'bus', 'a Bus or false', 'join');
  checkPort<Clock>(clock, 'clock', 'a Clock', 'setTimer');
  if (serializer !== undefined) checkPort<Serializer>(serializer, 'serializer', 'a Serializer', 'encode');
  return {
    name,
    namespace: checkName(options.namespace ?? name, 'namespace'),
    tiers: checkTiers(options.tiers ?? [], 'tiers', ownTiers),
    bus,
    clock,
    leaseTtlMs: durationMs(options.leaseTtl ?? DEFAULT_LEASE_TTL, 'leaseTtl'),
    leaseWaitMs: durationMs(options.leaseWait ?? DEFAULT_LEASE_WAIT, 'leaseWait'),
    maxStalenessMs: durationMs(options.maxStaleness ?? DEFAULT_MAX_STALENESS, 'maxStaleness'),
    options,
    regions,
  };
}

function checkRegions(regions: unknown): [string, RegionOptions][] {
  if (regions === undefined) return [];
  if (typeof regions !== 'object' || regions === null || Array.isArray(regions)) {
    throw new TypeError(`regions must be an object of options by name, not ${show(regions)}.`);
  }
  return Object.entries(regions).map(([name, options]: [string, RegionOptions]) => {
    checkName(name, 'the name of a region');
    checkOptions(`regions.${name}`, options, [...REGION_OPTION_NAMES, ...DEFAULTS_NAMES]);
    const { serializer } = options;
    if (serializer !== undefined) checkPort(serializer, `regions.${name}.serializer`, 'a Serializer', 'encode');
    if (options.tiers !== undefined) checkTiers(options.tiers, `regions.${name}.tiers`, false);
    return [name, options];
  });
}

function checkTiers(tiers: unknown, option: string, mayBeEmpty: boolean): readonly Tier[] {
  if (!Array.isArray(tiers) || (tiers.length === 0 && !mayBeEmpty)) {
    throw new TypeError(`${option} must be an array of at least one tier, such as memory(), not ${show(tiers)}.`);
  }
  const names = new Set<string>();
  tiers.forEach((tier: Tier, index) => {
    checkPort<Tier>(tier, `${option}[${index}]`, 'a Tier, such as memory()', 'open');
    if (names.has(tier.name)) {
      throw new TypeError(`${option} has two tiers named ${show(tier.name)}; give one of them another \`name\`.`);
    }
    names.add(tier.name);
  });
  return Object.freeze([...tiers]);
}

/** @throws TypeError unless the value has the method that tells the port. */
function checkPort<P>(value: P, option: string, allowed: string, method: string & keyof P): void {
  const isPort = typeof value === 'object' && value !== null && typeof value[method] === 'function';
  if (!isPort) throw new TypeError(`${option} must be ${allowed}, not ${show(value)}.`);
}
