import { durationMs } from './adapter/duration.ts';
import { admitObservers } from './adapter/observe.ts';
import { checkFunction, checkName, checkOptions, checkSerializer, mismatch } from './adapter/option-checks.ts';
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
import type { Tier } from './ports/tier.ts';
import { systemClock } from './system-clock.ts';

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
  for (const [name, region] of engine.regions) {
    const view = new CacheView<R>(engine, region, views);
    views.set(name, view);
  }
  const cache = views.get('') as CacheView<R>;
  for (const view of views.values()) {
    admitObservers(view, (observer) => ({ ...engine.observe(observer), root: cache as Cache }));
  }
  engine.extend(cache as Cache, options.extensions ?? []);
  return cache;
}

function checkCacheOptions(options: CacheOptions): EngineOptions {
  checkOptions('createCache()', options, [...CACHE_OPTION_NAMES, ...DEFAULTS_NAMES]);
  const { name = 'cache', namespace = name, tiers = [], bus, clock = systemClock, serializer } = options;
  const { leaseTtl = '5s', leaseWait = '10s', maxStaleness = '10s' } = options;
  const regions = checkRegions(options.regions);
  const ownTiers = regions.length > 0 && regions.every(([, region]) => region.tiers !== undefined);
  if (bus !== undefined && bus !== false) checkPort<Bus>(bus, 'bus', 'a Bus or false', ['join', 'close']);
  checkPort<Clock>(clock, 'clock', 'a Clock', ['now', 'random', 'setTimer']);
  if (serializer !== undefined) checkSerializer(serializer, 'serializer');
  checkExtensions(options.extensions);
  return {
    name: checkName(name, 'name'),
    namespace: checkName(namespace, 'namespace'),
    tiers: checkTiers(tiers, 'tiers', ownTiers),
    bus,
    clock,
    leaseTtlMs: durationMs(leaseTtl, 'leaseTtl'),
    leaseWaitMs: durationMs(leaseWait, 'leaseWait'),
    maxStalenessMs: durationMs(maxStaleness, 'maxStaleness'),
    options,
    regions,
  };
}

function checkExtensions(extensions: unknown): void {
  if (extensions === undefined) return;
  if (!Array.isArray(extensions)) throw new TypeError(mismatch('extensions', 'an array of functions', extensions));
  for (const [index, extension] of extensions.entries()) checkFunction(extension, `extensions[${index}]`);
}

function checkRegions(regions: unknown): [string, RegionOptions][] {
  if (regions === undefined) return [];
  if (typeof regions !== 'object' || regions === null || Array.isArray(regions)) {
    throw new TypeError(`regions must be an object of options by name, not ${show(regions)}.`);
  }
  return Object.entries(regions).map(([name, options]: [string, RegionOptions]) => {
    checkName(name, 'the name of a region');
    checkOptions(`regions.${name}`, options, [...REGION_OPTION_NAMES, ...DEFAULTS_NAMES]);
    if (options.serializer !== undefined) checkSerializer(options.serializer, `regions.${name}.serializer`);
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
    checkPort<Tier>(tier, `${option}[${index}]`, 'a Tier, such as memory()', ['open', 'ping', 'close']);
    checkName(tier.name, `${option}[${index}].name`);
    if (names.has(tier.name)) {
      throw new TypeError(`${option} has two tiers named ${show(tier.name)}; give one of them another \`name\`.`);
    }
    names.add(tier.name);
  });
  return Object.freeze([...tiers]);
}

/** @throws TypeError unless the value has the methods that tell the port. */
function checkPort<P>(value: P, option: string, allowed: string, methods: readonly (string & keyof P)[]): void {
  const isObject = typeof value === 'object' && value !== null;
  if (!isObject || !methods.every((method) => typeof value[method] === 'function'))
    throw new TypeError(`${option} must be ${allowed}, not ${show(value)}.`);
}
