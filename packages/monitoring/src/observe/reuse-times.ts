import type { Reuse } from '../analysis/miss-ratio-curve.ts';
import { bucketOf } from '../log-linear.ts';
import { ReuseHistogram } from './reuse-histogram.ts';
import type { Watch, WatchedKeys } from './watched-keys.ts';

/** Keys that are waited for at a time. */
const MOST_WATCHES = 1024;
/** Longer keys are not kept. */
const MOST_CHARACTERS = 1024;

/** What waits for the next lookup of a key, counted in lookups. */
class ReuseWatch implements Watch {
  readonly region: string;
  readonly key: string;
  readonly beganAt: number;
  readonly #onEnd: (watch: ReuseWatch, reuseTime: number) => void;
  isOver = false;

  constructor(subject: { region: string; key: string }, at: number, onEnd: (watch: ReuseWatch, time: number) => void) {
    this.region = subject.region;
    this.key = subject.key;
    this.beganAt = at;
    this.#onEnd = onEnd;
  }

  lookedUp(at: number): void {
    this.isOver = true;
    this.#onEnd(this, at - this.beganAt);
  }
}

/**
 * After how many lookups keys come again, from a sample of lookups, by the tier that they meet first. Reuse times are
 * all that an average eviction time needs: Hu et al., "Kinetic Modeling of Data Eviction in Cache", USENIX ATC 2016.
 *
 * At most 1,024 keys are waited for. The oldest gives way to the newest and counts as one that took longer than it was
 * waited for, so that sampling one lookup in n sees reuse up to that of a cache of 1,024 × n entries.
 */
export class ReuseTimes {
  readonly #watched: WatchedKeys;
  readonly #watches: (ReuseWatch | undefined)[] = Array.from({ length: MOST_WATCHES });
  #next = 0;
  readonly #histograms = new Map<string, ReuseHistogram>();
  readonly #tierOf: (region: string) => string | undefined;

  /** @param tierOf - the label of a region's nearest tier. */
  constructor(watched: WatchedKeys, tierOf: (region: string) => string | undefined) {
    this.#watched = watched;
    this.#tierOf = tierOf;
  }

  /** One of how many lookups has to be sampled, so that caches of so many entries are seen. */
  static intervalFor(entries: number): number {
    return Math.ceil(entries / MOST_WATCHES);
  }

  /** Waits for the next lookup of a key. */
  sample(region: string, key: string, at: number): void {
    const tier = this.#tierOf(region);
    if (tier === undefined || key.length > MOST_CHARACTERS) return;
    const oldest = this.#watches[this.#next];
    if (oldest !== undefined && !oldest.isOver) this.#giveUp(oldest, at);
    const watch = new ReuseWatch({ region, key }, at, (ended, time) => this.#of(ended.region)?.reused(bucketOf(time)));
    this.#watches[this.#next] = watch;
    this.#next = (this.#next + 1) % MOST_WATCHES;
    this.#watched.add(watch);
    this.#histogramOf(tier).started++;
  }

  /** Waits for none any longer. */
  giveUpAll(at: number): void {
    for (const watch of this.#watches) if (watch !== undefined && !watch.isOver) this.#giveUp(watch, at);
  }

  /**
   * Those of the lookups that meet a tier first, as known after so many lookups of the cache, and which share of all
   * they are; `undefined` when there were none.
   */
  of(tier: string, at: number): Reuse | undefined {
    const histogram = this.#histograms.get(tier);
    if (histogram === undefined) return undefined;
    const all = [...this.#histograms.values()].reduce((sum, { started }) => sum + started, 0);
    const ages = this.#watches.flatMap((watch) =>
      watch === undefined || watch.isOver || this.#tierOf(watch.region) !== tier ? [] : [bucketOf(at - watch.beganAt)],
    );
    return { survival: histogram.survival(ages), samples: histogram.samples, share: histogram.started / all };
  }

  #giveUp(watch: ReuseWatch, at: number): void {
    watch.isOver = true;
    this.#watched.delete(watch);
    this.#of(watch.region)?.givenUp(bucketOf(at - watch.beganAt));
  }

  #of(region: string): ReuseHistogram | undefined {
    const tier = this.#tierOf(region);
    return tier === undefined ? undefined : this.#histograms.get(tier);
  }

  #histogramOf(tier: string): ReuseHistogram {
    let histogram = this.#histograms.get(tier);
    if (histogram === undefined) {
      histogram = new ReuseHistogram();
      this.#histograms.set(tier, histogram);
    }
    return histogram;
  }
}
