import { compileGlob } from '../adapter/glob.ts';
import type { TagVersion } from '../entry/entry.ts';

/** How many invalidations are kept for a tier before all that they are about counts as invalidated. */
const MAX_KEPT = 10_000;

/** What a tier has yet to be told about one region. */
export interface Backlog {
  readonly all: boolean;
  readonly keys: readonly string[];
  readonly patterns: readonly string[];
  readonly tags: readonly TagVersion[];
}

class RegionBacklog {
  /** The number of the clear that is kept; 0 when none is. */
  all = 0;
  readonly keys = new Map<string, number>();
  readonly patterns = new Map<string, { readonly matches: (key: string) => boolean; readonly number: number }>();
  readonly tags = new Map<string, { readonly version: string; readonly number: number }>();
  /** The list was full: which tags had been invalidated is not known any more. */
  forgotTags = false;

  get size(): number {
    return (this.all > 0 ? 1 : 0) + this.keys.size + this.patterns.size + this.tags.size;
  }
}

/**
 * Invalidations that a tier did not confirm, kept until it does. Meanwhile nothing that they cover is taken back from
 * the tier. Bounded: when the list is full, every region that it is about counts as cleared.
 */
export class Undelivered {
  readonly #regions = new Map<string, RegionBacklog>();
  #number = 0;
  #size = 0;

  /** How many are kept. */
  get size(): number {
    return this.#size;
  }

  keepKey(region: string, key: string): void {
    this.#keep(region, (backlog, number) => {
      if (backlog.all === 0) backlog.keys.set(key, number);
      else backlog.all = number;
    });
  }

  keepPattern(region: string, pattern: string): void {
    this.#keep(region, (backlog, number) => backlog.patterns.set(pattern, { matches: compileGlob(pattern), number }));
  }

  keepTag(region: string, tag: string, version: string): void {
    this.#keep(region, (backlog, number) => backlog.tags.set(tag, { version, number }));
  }

  keepAll(region: string): void {
    this.#keep(region, (backlog, number) => {
      backlog.all = number;
      backlog.keys.clear();
      backlog.patterns.clear();
      backlog.tags.clear();
    });
  }

  /** Whether a key's entry must not be taken from the tier. */
  covers(region: string, key: string): boolean {
    const backlog = this.#regions.get(region);
    if (backlog === undefined) return false;
    if (backlog.all > 0 || backlog.keys.has(key)) return true;
    for (const { matches } of backlog.patterns.values()) if (matches(key)) return true;
    return false;
  }

  /** Whether one of an entry's tags has been invalidated without the tier knowing. */
  coversTags(region: string, tags: readonly TagVersion[]): boolean {
    const backlog = this.#regions.get(region);
    if (backlog === undefined) return false;
    return backlog.forgotTags || tags.some(([tag, version]) => (backlog.tags.get(tag)?.version ?? version) !== version);
  }

  /** A set or delete of the key was confirmed: what was kept for it has been made good. */
  forgetKey(region: string, key: string): void {
    const backlog = this.#regions.get(region);
    if (backlog?.keys.delete(key)) this.#recount();
  }

  regions(): string[] {
    return [...this.#regions.keys()];
  }

  /** What is kept for a region now, and what to call once the tier has confirmed just that. */
  take(region: string): { readonly backlog: Backlog; readonly confirm: () => void } {
    const kept = this.#regions.get(region) ?? new RegionBacklog();
    const until = this.#number;
    const backlog = {
      all: kept.all > 0,
      keys: [...kept.keys.keys()],
      patterns: [...kept.patterns.keys()],
      tags: [...kept.tags].map(([tag, { version }]): TagVersion => [tag, version]),
    };
    return { backlog, confirm: () => this.#confirm(region, kept, until) };
  }

  /** Forgets what is not younger than `until`: it may have been kept anew while it was delivered. */
  #confirm(region: string, kept: RegionBacklog, until: number): void {
    if (kept.all <= until) {
      kept.all = 0;
      kept.forgotTags = false;
    }
    for (const [key, number] of kept.keys) if (number <= until) kept.keys.delete(key);
    for (const [pattern, { number }] of kept.patterns) if (number <= until) kept.patterns.delete(pattern);
    for (const [tag, { number }] of kept.tags) if (number <= until) kept.tags.delete(tag);
    if (kept.size === 0 && this.#regions.get(region) === kept) this.#regions.delete(region);
    this.#recount();
  }

  #keep(region: string, change: (backlog: RegionBacklog, number: number) => void): void {
    const backlog = this.#regions.get(region) ?? new RegionBacklog();
    this.#regions.set(region, backlog);
    this.#size -= backlog.size;
    change(backlog, ++this.#number);
    this.#size += backlog.size;
    if (this.#size > MAX_KEPT) this.#collapse();
  }

  #collapse(): void {
    for (const region of this.#regions.keys()) this.#regions.set(region, this.#cleared());
    this.#recount();
  }

  #cleared(): RegionBacklog {
    const backlog = new RegionBacklog();
    backlog.all = ++this.#number;
    backlog.forgotTags = true;
    return backlog;
  }

  #recount(): void {
    this.#size = 0;
    for (const backlog of this.#regions.values()) this.#size += backlog.size;
  }
}
