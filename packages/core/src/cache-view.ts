import type { Duration } from './adapter/duration.ts';
import { checkKey } from './adapter/key.ts';
import { nearest } from './adapter/nearest.ts';
import { checkFunction } from './adapter/option-checks.ts';
import { show } from './adapter/show.ts';
import { checkKeys } from './arguments.ts';
import type { Cache, Entries, EntryInfo, SyncCache } from './cache.ts';
import type { ManyLoader } from './engine/batch-load.ts';
import { loadMany } from './engine/batch-load.ts';
import type { CacheStats } from './engine/counters.ts';
import { sumStats } from './engine/describe.ts';
import type { Op } from './engine/driver.ts';
import { runAsync } from './engine/driver.ts';
import type { Engine } from './engine/engine.ts';
import type { CacheEventName, CacheListener } from './engine/events.ts';
import { CACHE_EVENTS } from './engine/events.ts';
import type { Factory } from './engine/factory.ts';
import { getFromOnlyTier } from './engine/far-hit.ts';
import type { InvalidationResult, Target } from './engine/invalidate.ts';
import { loadOrJoin, refreshEarly } from './engine/lookup.ts';
import * as operations from './engine/operations.ts';
import type { Lane, Region } from './engine/region.ts';
import { operationTracer, traced } from './engine/tracing.ts';
import { unlessClosed } from './engine/unless-closed.ts';
import { CacheError } from './errors.ts';
import { isPromise } from './maybe-promise.ts';
import { NearHit } from './near-hit.ts';
import type { EntryOptions } from './options/entry-options.ts';
import type { AsyncStorage } from './platform.ts';
import { createAsyncStorage } from './platform.ts';
import { SyncView } from './sync-view.ts';

/** A cache, or one of its regions, as a user holds it. */
export class CacheView<R extends string = string> implements Cache<R> {
  readonly #engine: Engine;
  readonly #region: Region;
  /** All views of the cache by the name of their region, the root's under `''`. */
  readonly #views: ReadonlyMap<string, CacheView<R>>;
  readonly #near: NearHit;
  readonly #sync: SyncView;
  /** Set on the root by the first `withRegion`; until then calls do not ask where they are made. */
  #routes: AsyncStorage<CacheView<R>> | undefined;

  constructor(engine: Engine, region: Region, views: ReadonlyMap<string, CacheView<R>>) {
    this.#engine = engine;
    this.#region = region;
    this.#views = views;
    this.#near = new NearHit(engine, region);
    this.#sync = new SyncView(engine, region, this.#near, () => {
      const target = this.#target();
      return target === this ? undefined : target.sync;
    });
  }

  get name(): string {
    return this.#engine.name;
  }

  get sync(): SyncCache {
    return this.#sync;
  }

  get<V = unknown>(key: string): Promise<V | undefined> {
    if (this.#routes !== undefined) {
      const target = this.#target();
      if (target !== this) return target.get(key);
    }
    const value = this.#near.value(key);
    if (value !== undefined) return Promise.resolve(value as V);
    return this.#get(key) as Promise<V | undefined>;
  }

  getOrSet<V>(key: string, factory: Factory<V>, options?: EntryOptions<V>): Promise<V> {
    if (this.#routes !== undefined) {
      const target = this.#target();
      if (target !== this) return target.getOrSet(key, factory, options);
    }
    try {
      checkFunction(factory, 'factory');
      return this.#getOrSet(key, factory as Factory<unknown>, options) as Promise<V>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #getOrSet(key: string, factory: Factory<unknown>, options: unknown): Promise<unknown> {
    const region = this.#region;
    const plan = operations.planOf(region, options);
    plan.signal?.throwIfAborted();
    // Early refresh goes by the entry's cost and end; without it the value is enough.
    const entry = plan.beta > 0 ? this.#near.entry(key) : undefined;
    const value = plan.beta > 0 ? entry?.value : this.#near.value(key);
    if (value === undefined) {
      this.#engine.checkUsable(region);
      checkKey(key);
      if (!operationTracer.isHeard) return loadOrJoin(region, key, factory, plan);
      return traced(region, 'getOrSet', key, () => loadOrJoin(region, key, factory, plan));
    }
    if (entry !== undefined) refreshEarly(region, key, factory, plan, entry);
    return Promise.resolve(value);
  }

  set<V>(key: string, value: V, options?: EntryOptions<V>): Promise<void> {
    return this.#run('set', key, (region, lane) => operations.set(region, lane, key, value, options));
  }

  has(key: string): Promise<boolean> {
    return this.#run('has', key, (region, lane) => operations.has(region, lane, key));
  }

  delete(key: string): Promise<boolean> {
    return this.#run('delete', key, (region, lane) => operations.remove(region, lane, key));
  }

  touch(key: string, ttl: Duration): Promise<boolean> {
    return this.#run('touch', key, (region, lane) => operations.touch(region, lane, key, ttl));
  }

  expire(key: string): Promise<boolean> {
    return this.#run('expire', key, (region, lane) => operations.expire(region, lane, key));
  }

  getMany<V = unknown>(keys: Iterable<string>): Promise<Map<string, V>> {
    return this.#run('getMany', undefined, (region, lane) => operations.getMany(region, lane, keys)) as Promise<
      Map<string, V>
    >;
  }

  setMany<V>(entries: Entries<V>, options?: EntryOptions<V>): Promise<void> {
    return this.#run('setMany', undefined, (region, lane) => operations.setMany(region, lane, entries, options));
  }

  deleteMany(keys: Iterable<string>): Promise<number> {
    return this.#run('deleteMany', undefined, (region, lane) => operations.deleteMany(region, lane, keys));
  }

  async getOrSetMany<V>(
    keys: Iterable<string>,
    loader: ManyLoader<V>,
    options?: EntryOptions<V>,
  ): Promise<Map<string, V>> {
    const target = this.#target();
    if (target !== this) return target.getOrSetMany(keys, loader, options);
    this.#engine.checkUsable(this.#region);
    const checked = checkKeys(keys);
    checkFunction(loader, 'loader');
    const plan = operations.planOf(this.#region, options);
    plan.signal?.throwIfAborted();
    const near = new Map<string, unknown>();
    for (const key of checked) {
      const value = this.#near.value(key);
      if (value !== undefined) near.set(key, value);
    }
    const missing = checked.filter((key) => !near.has(key));
    if (missing.length === 0) return operations.inOrder<V>(checked, near, near);
    const load = (): Promise<Map<string, unknown>> =>
      loadMany(this.#region, missing, loader as ManyLoader<unknown>, plan);
    const isTraced = operationTracer.isHeard;
    const loaded = await (isTraced ? traced(this.#region, 'getOrSetMany', undefined, load) : load());
    return operations.inOrder<V>(checked, near, loaded);
  }

  invalidateTags(tags: readonly string[]): Promise<InvalidationResult> {
    return this.#invalidate('invalidateTags', () => operations.tagsTarget(tags));
  }

  invalidatePattern(pattern: string): Promise<InvalidationResult> {
    return this.#invalidate('invalidatePattern', () => operations.patternTarget(pattern));
  }

  clear(): Promise<InvalidationResult> {
    return this.#invalidate('clear', () => ({ kind: 'clear' }));
  }

  getEntry<V = unknown>(key: string): Promise<EntryInfo<V> | undefined> {
    const described = this.#run('getEntry', key, (region, lane) => operations.getEntry(region, lane, key));
    return described as Promise<EntryInfo<V> | undefined>;
  }

  region(name: R): Cache<R> {
    return this.#viewOf(name);
  }

  withRegion<T>(name: R, callback: () => T): T {
    const view = this.#viewOf(name);
    checkFunction(callback, 'callback');
    const root = this.#views.get('') as CacheView<R>;
    return root.#storage().run(view, callback);
  }

  stats(): CacheStats {
    return sumStats(this.#engine.regionsOf(this.#region));
  }

  on<E extends CacheEventName>(event: E, listener: CacheListener<E>): () => void {
    if (!CACHE_EVENTS.includes(event)) {
      const guess = typeof event === 'string' ? nearest(event, CACHE_EVENTS) : undefined;
      const hint = guess === undefined ? '' : ` Did you mean ${show(guess)}?`;
      throw new TypeError(`event must be one of ${CACHE_EVENTS.join(', ')}, not ${show(event)}.${hint}`);
    }
    checkFunction(listener, 'listener');
    return this.#region.events.on(event, listener);
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #invalidate(operation: string, target: () => Target): Promise<InvalidationResult> {
    const view = this.#target();
    if (view !== this) return view.#invalidate(operation, target);
    const regions = this.#engine.regionsOf(this.#region);
    return this.#run(
      operation,
      undefined,
      () => operations.invalidate(regions, (region) => region.async, target()),
      regions[0],
    );
  }

  #get(key: string): Promise<unknown> {
    const region = this.#region;
    if (region.last > 0 || operationTracer.isHeard) {
      return this.#run('get', key, (_, lane) => operations.get(region, lane, key), region);
    }
    try {
      this.#engine.checkUsable(region);
      const value = getFromOnlyTier(region, key);
      return isPromise(value) ? value : Promise.resolve(value);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #run<T>(
    operation: string,
    key: string | undefined,
    begin: (region: Region, lane: Lane) => Op<T>,
    region: Region = this.#target().#region,
  ): Promise<T> {
    try {
      this.#engine.checkUsable(region);
      const start = (): Promise<T> => runAsync(unlessClosed(region, begin(region, region.async)));
      return operationTracer.isHeard ? traced(region, operation, key, start) : start();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** This view, or on the root that of the region in which `withRegion` has put the current call. */
  #target(): CacheView<R> {
    return this.#routes?.getStore() ?? this;
  }

  #storage(): AsyncStorage<CacheView<R>> {
    this.#routes ??= createAsyncStorage();
    if (this.#routes !== undefined) return this.#routes;
    const message = 'withRegion() needs AsyncLocalStorage, which this runtime lacks; use region().';
    throw new CacheError('PLATFORM_UNSUPPORTED', message);
  }

  #viewOf(name: string): CacheView<R> {
    const view = name === '' ? undefined : this.#views.get(name);
    if (view !== undefined) return view;
    const known = [...this.#views.keys()].filter((each) => each !== '');
    const list = known.length === 0 ? 'it has none' : `it has ${known.map(show).join(', ')}`;
    throw new CacheError('UNKNOWN_REGION', `Cache "${this.name}" has no region ${show(name)}; ${list}.`);
  }
}
