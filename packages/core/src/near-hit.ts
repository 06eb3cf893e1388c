import { isWellFormed } from './adapter/well-formed.ts';
import type { Engine } from './engine/engine.ts';
import { knownVersions } from './engine/read.ts';
import type { Level, Region } from './engine/region.ts';
import type { Entry, TagVersion } from './entry/entry.ts';
import type { Keyspace } from './ports/keyspace.ts';
import type { Observer } from './ports/observer.ts';

/**
 * The short way of a read: a fresh entry in the first tier, if that one answers at once. A plain function in front of the
 * engine; for untagged entries it allocates and parses nothing. Whatever it cannot decide, it leaves to the engine.
 */
export class NearHit {
  readonly #engine: Engine;
  readonly #region: Region;
  readonly #space: Keyspace | undefined;
  /** Whether the tier may go by another clock than this one. */
  readonly #isForeign: boolean;
  /** To a tier that encodes its keys, one with half of a surrogate pair would be another key. */
  readonly #needsWellFormed: boolean;
  readonly #valueOf = (key: string): unknown => this.#value(key);
  readonly #entryOf = (key: string): Entry | undefined => this.#entry(key);

  constructor(engine: Engine, region: Region) {
    this.#engine = engine;
    this.#region = region;
    this.#space = region.nearest;
    this.#isForeign = region.levels[0]?.handle.tier.can.shared ?? true;
    this.#needsWellFormed = region.levels[0]?.handle.tier.can.bytes ?? false;
  }

  /** The value, counted and told of; `undefined` when the engine has to look. */
  value(key: string): unknown {
    const { observer } = this.#region;
    return observer === undefined || !this.#isTimed(observer, key)
      ? this.#value(key)
      : this.#timed(observer, key, this.#valueOf);
  }

  /** As `value`, of the whole entry. */
  entry(key: string): Entry | undefined {
    const { observer } = this.#region;
    return observer === undefined || !this.#isTimed(observer, key)
      ? this.#entry(key)
      : this.#timed(observer, key, this.#entryOf);
  }

  /** Tells the observer of a lookup. Whether it is to be timed. */
  #isTimed(observer: Observer, key: string): boolean {
    return typeof key === 'string' && observer.lookup(this.#region.name, key);
  }

  #timed<T>(observer: Observer, key: string, look: (key: string) => T): T {
    const began = observer.now();
    const found = look(key);
    if (found === undefined) return found;
    const { name, levels } = this.#region;
    observer.nearHit(name, levels[0]!.handle.label, key, observer.now() - began);
    return found;
  }

  #value(key: string): unknown {
    const space = this.#space;
    const region = this.#region;
    if (space?.fresh === undefined || this.#isForeign) return this.#entry(key)?.value;
    const level = region.levels[0]!;
    const now = this.#engine.clock.now();
    // A copy of what others may change has to be looked at once the bus is silent.
    if (now >= region.vouchedUntil || !level.handle.clean) return this.#entry(key)?.value;
    let value: unknown;
    try {
      value = space.fresh(key, now);
    } catch (error) {
      level.handle.note('get', error, key);
      return undefined;
    }
    if (value === undefined) return this.#entry(key)?.value;
    this.#count(level, key);
    return value;
  }

  #entry(key: string): Entry | undefined {
    const region = this.#region;
    const level = region.levels[0]!;
    if (this.#space === undefined || !level.handle.clean) return undefined;
    if (typeof key !== 'string' || (this.#needsWellFormed && !isWellFormed(key))) return undefined;
    const now = this.#engine.clock.now();
    let entry: Entry | undefined;
    try {
      entry = this.#space.get(key, now) as Entry | undefined;
    } catch (error) {
      level.handle.note('get', error, key);
      return undefined;
    }
    if (entry === undefined || entry.slidingMs !== 0 || entry.negative) return undefined;
    // Without windows the entry's end is that of its freshness, which a tier of the process has just looked at.
    if ((entry.usableMs !== 0 || this.#isForeign) && now >= entry.freshUntil) return undefined;
    if (now >= region.vouchedUntil && !region.vouches(entry, now)) return undefined;
    if (entry.tags !== undefined && !this.#holds(entry.tags, now)) return undefined;
    this.#count(level, key);
    return entry;
  }

  #count(level: Level, key: string): void {
    const region = this.#region;
    region.counters.hits++;
    level.counters.hits++;
    if (region.events.hearsHits) region.emit('hit', { key, tier: level.handle.name, stale: false, negative: false });
  }

  /** Whether the tags are known, here and now, to have the versions that the entry has. */
  #holds(tags: readonly TagVersion[], now: number): boolean {
    const region = this.#region;
    if (!region.authority.handle.clean) return false;
    if (region.last > 0) {
      const known = knownVersions(region, tags, now);
      return known !== undefined && tags.every(([, version], index) => known[index] === version);
    }
    try {
      const names = tags.map(([tag]) => tag);
      const versions = this.#space?.versions.read(names, now) as (string | undefined)[];
      return tags.every(([, version], index) => versions[index] === version);
    } catch {
      // The engine asks again, and tells of it.
      return false;
    }
  }
}
