import type { Duration } from './adapter/duration.ts';
import { checkKey } from './adapter/key.ts';
import { checkFunction } from './adapter/option-checks.ts';
import { show } from './adapter/show.ts';
import { checkKeys } from './arguments.ts';
import type { Entries, EntryInfo, SyncCache } from './cache.ts';
import type { ManyLoaded } from './engine/batch-load.ts';
import type { Op } from './engine/driver.ts';
import { runSync } from './engine/driver.ts';
import type { Engine } from './engine/engine.ts';
import type { SyncFactory } from './engine/factory.ts';
import type { InvalidationResult, Target } from './engine/invalidate.ts';
import { noteLookups } from './engine/lookup.ts';
import * as operations from './engine/operations.ts';
import type { Lane, Region } from './engine/region.ts';
import { loadManySync, loadSync } from './engine/sync-load.ts';
import { CacheError } from './errors.ts';
import type { NearHit } from './near-hit.ts';
import type { EntryOptions } from './options/entry-options.ts';

/** `cache.sync`: the engine's operations, driven without waiting. */
export class SyncView implements SyncCache {
  readonly #engine: Engine;
  readonly #region: Region;
  readonly #near: NearHit;
  /** The sync view of the region to which `withRegion` sends the current call, if it does. */
  readonly #routed: () => SyncCache | undefined;

  constructor(engine: Engine, region: Region, near: NearHit, routed: () => SyncCache | undefined) {
    this.#engine = engine;
    this.#region = region;
    this.#near = near;
    this.#routed = routed;
  }

  get<V = unknown>(key: string): V | undefined {
    const routed = this.#routed();
    if (routed !== undefined) return routed.get(key);
    const lane = this.#lane();
    const value = this.#near.value(key);
    if (value !== undefined) return value as V;
    return runSync(operations.get(this.#region, lane, key)) as V | undefined;
  }

  getOrSet<V>(key: string, factory: SyncFactory<V>, options?: EntryOptions<V>): V {
    const routed = this.#routed();
    if (routed !== undefined) return routed.getOrSet(key, factory, options);
    const lane = this.#lane();
    checkFunction(factory, 'factory');
    const plan = operations.planOf(this.#region, options);
    plan.signal?.throwIfAborted();
    const value = this.#near.value(key);
    if (value !== undefined) return value as V;
    checkKey(key);
    return loadSync(this.#region, lane, key, factory as SyncFactory<unknown>, plan) as V;
  }

  set<V>(key: string, value: V, options?: EntryOptions<V>): void {
    this.#run((region, lane) => operations.set(region, lane, key, value, options));
  }

  has(key: string): boolean {
    return this.#run((region, lane) => operations.has(region, lane, key));
  }

  delete(key: string): boolean {
    return this.#run((region, lane) => operations.remove(region, lane, key));
  }

  touch(key: string, ttl: Duration): boolean {
    return this.#run((region, lane) => operations.touch(region, lane, key, ttl));
  }

  expire(key: string): boolean {
    return this.#run((region, lane) => operations.expire(region, lane, key));
  }

  getMany<V = unknown>(keys: Iterable<string>): Map<string, V> {
    return this.#run((region, lane) => operations.getMany(region, lane, keys)) as Map<string, V>;
  }

  setMany<V>(entries: Entries<V>, options?: EntryOptions<V>): void {
    this.#run((region, lane) => operations.setMany(region, lane, entries, options));
  }

  deleteMany(keys: Iterable<string>): number {
    return this.#run((region, lane) => operations.deleteMany(region, lane, keys));
  }

  getOrSetMany<V>(
    keys: Iterable<string>,
    loader: (missing: string[], context: { readonly signal: AbortSignal }) => ManyLoaded<V>,
    options?: EntryOptions<V>,
  ): Map<string, V> {
    const routed = this.#routed();
    if (routed !== undefined) return routed.getOrSetMany(keys, loader, options);
    const lane = this.#lane();
    const checked = checkKeys(keys);
    checkFunction(loader, 'loader');
    const plan = operations.planOf(this.#region, options);
    plan.signal?.throwIfAborted();
    noteLookups(this.#region, checked);
    const loaded = loadManySync(this.#region, lane, checked, loader, plan);
    return operations.inOrder<V>(checked, new Map(), loaded);
  }

  invalidateTags(tags: readonly string[]): InvalidationResult {
    const routed = this.#routed();
    return routed === undefined ? this.#invalidate(operations.tagsTarget(tags)) : routed.invalidateTags(tags);
  }

  invalidatePattern(pattern: string): InvalidationResult {
    const routed = this.#routed();
    return routed === undefined
      ? this.#invalidate(operations.patternTarget(pattern))
      : routed.invalidatePattern(pattern);
  }

  clear(): InvalidationResult {
    const routed = this.#routed();
    return routed === undefined ? this.#invalidate({ kind: 'clear' }) : routed.clear();
  }

  getEntry<V = unknown>(key: string): EntryInfo<V> | undefined {
    return this.#run((region, lane) => operations.getEntry(region, lane, key)) as EntryInfo<V> | undefined;
  }

  #invalidate(target: Target): InvalidationResult {
    const regions = this.#engine.regionsOf(this.#region);
    const lanes = new Map(regions.map((region) => [region, this.#laneOf(region)]));
    return runSync(operations.invalidate(regions, (region) => lanes.get(region)!, target));
  }

  #run<T>(begin: (region: Region, lane: Lane) => Op<T>): T {
    const routed = this.#routed();
    if (routed instanceof SyncView) return routed.#run(begin);
    return runSync(begin(this.#region, this.#lane()));
  }

  #lane(): Lane {
    return this.#laneOf(this.#region);
  }

  #laneOf(region: Region): Lane {
    this.#engine.checkUsable(region);
    if (region.sync !== undefined) return region.sync;
    const names = region.levels
      .filter(({ handle }) => handle.tier.sync === undefined)
      .map(({ handle }) => show(handle.name));
    throw new CacheError('SYNC_UNSUPPORTED', `cache.sync needs tiers that answer at once; ${names.join(', ')} cannot.`);
  }
}
