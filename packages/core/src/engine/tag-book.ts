import type { TagVersion } from '../entry/entry.ts';

/**
 * The name under which a keyspace's epoch is kept among its tag versions; no tag is empty. It is renewed before any
 * tag is, so that a load which learns its tags only from the loaded value can tell that none was invalidated meanwhile.
 */
export const EPOCH = '';

/** How many tags are remembered; what is forgotten is asked for again. */
const MAX_TAGS = 10_000;

interface Known {
  readonly version: string;
  /** When it was last known to be the truth. */
  readonly at: number;
  /** The number of its last renewal; 0 when none was heard of. */
  readonly renewal: number;
}

/** The tag versions that one region of one process knows, so that near copies can be judged without a round trip. */
export class TagBook {
  readonly #known = new Map<string, Known>();
  #renewals = 0;
  /** The last renewal of a tag that has been forgotten since. */
  #forgotten = 0;

  /** How many times tags have been renewed. */
  get renewals(): number {
    return this.#renewals;
  }

  /** Whether the tag has been renewed after the book counted so many renewals. */
  isRenewedSince(tag: string, renewals: number): boolean {
    return (this.#known.get(tag)?.renewal ?? this.#forgotten) > renewals;
  }

  /** Tags that were invalidated: their versions are these, whatever a read that is still under way may say. */
  renewed(pairs: readonly TagVersion[], at: number): void {
    this.#renewals++;
    for (const [name, version] of pairs) this.#note(name, { version, at, renewal: this.#renewals });
  }

  /** What a read that began at `at` found. */
  learned(name: string, version: string, at: number): void {
    const known = this.#known.get(name);
    if (known !== undefined && known.at >= at) return;
    this.#note(name, { version, at, renewal: known?.renewal ?? this.#forgotten });
  }

  /** The version last heard of, however long ago. */
  peek(name: string): string | undefined {
    return this.#known.get(name)?.version;
  }

  /** The version, if it was the truth at `since` or later. */
  trusted(name: string, since: number): string | undefined {
    const known = this.#known.get(name);
    return known !== undefined && known.at >= since ? known.version : undefined;
  }

  /** Whether a tag is known to have another version now than the entry's. */
  contradicts(tags: readonly TagVersion[]): boolean {
    return tags.some(([tag, version]) => (this.peek(tag) ?? version) !== version);
  }

  clear(): void {
    this.#forgotten = this.#renewals;
    this.#known.clear();
  }

  #note(name: string, known: Known): void {
    this.#known.delete(name);
    this.#known.set(name, known);
    if (this.#known.size <= MAX_TAGS) return;
    const [oldest, { renewal }] = this.#known.entries().next().value as [string, Known];
    this.#forgotten = Math.max(this.#forgotten, renewal);
    this.#known.delete(oldest);
  }
}
