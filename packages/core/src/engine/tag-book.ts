import type { TagVersion } from '../entry/entry.ts';

/**
 * The name under which a keyspace's epoch is kept among its tag versions; no tag is empty. It is renewed before any
 * tag is, so that a load which learns its tags only from the loaded value can tell that none was invalidated meanwhile.
 */
export const EPOCH = '';

/** How many tags are remembered; what is forgotten is asked for again. */
const MAX_TAGS = 10_000;

interface Known {
  /** `undefined` when all that is known is that it has been renewed. */
  readonly version: string | undefined;
  /** When it was last known to be the truth. */
  readonly at: number;
  /** The number of the question that it answered; 0 when it answered none. */
  readonly question: number;
  /** The number of its last renewal; 0 when none was heard of. */
  readonly renewal: number;
}

/** A read of versions: its answer knows nothing of what happens after it was sent. */
export interface Question {
  readonly at: number;
  readonly number: number;
  readonly renewals: number;
}

/**
 * The tag versions that one region of one process knows, so that near copies can be judged without a round trip.
 *
 * Only the tier tells which version a tag has now. Messages may be late, and come again after younger ones: what was
 * heard says that a version is outdated, never that another is in force.
 */
export class TagBook {
  readonly #known = new Map<string, Known>();
  #questions = 0;
  #renewals = 0;
  /** The last renewal of a tag that has been forgotten since. */
  #forgotten = 0;

  /** How many times tags have been renewed, or all been forgotten. */
  get renewals(): number {
    return this.#renewals;
  }

  /** Whether the tag has been renewed after the book counted so many renewals. */
  isRenewedSince(tag: string, renewals: number): boolean {
    return (this.#known.get(tag)?.renewal ?? this.#forgotten) > renewals;
  }

  /** Tags that this process is about to invalidate: their versions will be these, until something else is heard. */
  renewed(pairs: readonly TagVersion[], at: number): void {
    this.#renewals++;
    for (const [name, version] of pairs) this.#note(name, { version, at, question: 0, renewal: this.#renewals });
  }

  /** Tags that have been renewed, at some time. Where another version is known than the given, none is from now on. */
  heard(pairs: readonly (readonly [tag: string, version: string | undefined])[]): void {
    this.#renewals++;
    for (const [name, version] of pairs) {
      const known = this.#known.get(name);
      const kept = known?.version === version ? known : undefined;
      this.#note(name, { version: undefined, at: -Infinity, question: 0, ...kept, renewal: this.#renewals });
    }
  }

  /** To be called when versions are asked for. */
  asking(at: number): Question {
    return { at, number: ++this.#questions, renewals: this.#renewals };
  }

  /** What the tier answered, unless something younger is known. */
  learned(name: string, version: string, { at, number, renewals }: Question): void {
    const known = this.#known.get(name);
    if (this.isRenewedSince(name, renewals) || (known !== undefined && known.question > number)) return;
    this.#note(name, { version, at, question: number, renewal: known?.renewal ?? this.#forgotten });
  }

  /** The version last known, however long ago. */
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

  /** Forgets everything, and takes no answer to what was asked before. */
  clear(): void {
    this.#forgotten = ++this.#renewals;
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
