import type { EntryLife } from '../analysis/analysis.ts';
import { share } from '../stats/share.ts';
import type { LifeTally } from './key-lives.ts';
import { KeyLives } from './key-lives.ts';
import type { WatchedKeys } from './watched-keys.ts';

/** Keys that are followed in all regions together, and in each at least. */
const ROOM = 1024;
const LEAST_ROOM = 32;

/** What becomes of the entries of each region. A busy region takes no room from a quiet one. */
export class RegionLives {
  readonly #watched: WatchedKeys;
  readonly #regions = new Map<string, KeyLives>();
  readonly #count: () => number;
  #isWatching = true;

  /** @param count - how many there are. */
  constructor(watched: WatchedKeys, count: () => number) {
    this.#watched = watched;
    this.#count = count;
  }

  of(region: string): KeyLives {
    let lives = this.#regions.get(region);
    if (lives === undefined) {
      const room = Math.max(LEAST_ROOM, Math.floor(ROOM / this.#count()));
      lives = new KeyLives(this.#watched, region, room);
      lives.watch(this.#isWatching);
      this.#regions.set(region, lives);
    }
    return lives;
  }

  /** Whether lookups are told of from now on. */
  watch(isWatching: boolean): void {
    this.#isWatching = isWatching;
    for (const lives of this.#regions.values()) lives.watch(isWatching);
  }

  /** Nobody knows which entries of a region, or of all for the root, are gone. */
  removedSome(region: string): void {
    for (const [name, lives] of this.#regions) if (region === '' || name === region) lives.removedSome();
  }

  /** Lets more keys in where there is room. Called now and then. */
  relax(): void {
    for (const lives of this.#regions.values()) lives.relax();
  }

  /** Of one region, or of all. */
  summary(region?: string): EntryLife {
    const tallies = region === undefined ? [...this.#regions.values()] : [this.of(region)];
    const sum = (field: Exclude<keyof LifeTally, 'scale'>): number =>
      tallies.reduce((all, { tally }) => all + tally[field], 0);
    return {
      ended: Math.round(sum('ended')),
      oneHitWonders: share(sum('unused'), sum('ended')),
      expiredBeforeReuse: share(sum('expiredUnused'), sum('expired')),
      loads: Math.round(sum('loads')),
      unchangedLoads: share(sum('unchanged'), sum('loads')),
    };
  }
}
