/** How far back a failover may reach: what replication had not copied, and the time that it took to notice. */
const KEPT_MS = 30_000;
/** What is kept of so long a time, by number and by length; of more than that it is known only that something changed. */
const MAX_KEPT = 50_000;
const MAX_CHARACTERS = 8_000_000;

/** Something that the server confirmed, and that a new master may not know of. */
export type Change =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'tags'; readonly tags: readonly (readonly [tag: string, version: string])[] }
  | { readonly kind: 'clear' };

/** What changed in some span of time, each once. */
export interface Changes {
  /** Anything may have. */
  readonly all: boolean;
  readonly keys: ReadonlySet<string>;
  readonly patterns: ReadonlySet<string>;
  /** Their last versions, in the order in which the tags first came. */
  readonly tags: ReadonlyMap<string, string>;
}

/**
 * The changes of the last seconds, to be made again when another server has taken over: replication is asynchronous, and
 * what it had not copied is undone. They are kept for once to twice that time, so that none has to be dated.
 */
export class RecentChanges {
  readonly #now: () => number;
  #young = new Span();
  #old = new Span();
  /** When the young ones began. */
  #since: number;
  #isHeld = false;

  /** @param now - milliseconds by a clock that does not step. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#since = now();
  }

  /** Whether nothing is kept any more. */
  get isEmpty(): boolean {
    this.#turn();
    return this.#young.isEmpty && this.#old.isEmpty;
  }

  note(change: Change): void {
    this.#turn();
    this.#young.add(change);
  }

  /** What was noted within the last seconds. It stays noted: the next failover may undo it again. */
  list(): Changes {
    this.#turn();
    const [old, young] = [this.#old, this.#young];
    return {
      all: old.all || young.all,
      keys: new Set([...old.keys, ...young.keys]),
      patterns: new Set([...old.patterns, ...young.patterns]),
      tags: new Map([...old.tags, ...young.tags]),
    };
  }

  /** Forgets nothing until `release`, however long that takes. */
  hold(): void {
    this.#turn();
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
  }

  #turn(): void {
    const age = this.#now() - this.#since;
    if (this.#isHeld || age < KEPT_MS) return;
    this.#old = age < 2 * KEPT_MS ? this.#young : new Span();
    this.#young = new Span();
    this.#since += age;
  }
}

class Span implements Changes {
  all = false;
  readonly keys = new Set<string>();
  readonly patterns = new Set<string>();
  readonly tags = new Map<string, string>();
  #characters = 0;

  get isEmpty(): boolean {
    return !this.all && this.#size === 0;
  }

  get #size(): number {
    return this.keys.size + this.patterns.size + this.tags.size;
  }

  add(change: Change): void {
    if (this.all) return;
    if (change.kind === 'clear') this.#addAll();
    else if (change.kind === 'key') this.#addTo(this.keys, change.key);
    else if (change.kind === 'pattern') this.#addTo(this.patterns, change.pattern);
    else for (const [tag, version] of change.tags) this.#addTag(tag, version);
    if (this.#size > MAX_KEPT || this.#characters > MAX_CHARACTERS) this.#addAll();
  }

  #addTo(names: Set<string>, name: string): void {
    if (!names.has(name)) this.#characters += name.length;
    names.add(name);
  }

  #addTag(tag: string, version: string): void {
    if (!this.tags.has(tag)) this.#characters += tag.length + version.length;
    this.tags.set(tag, version);
  }

  #addAll(): void {
    this.all = true;
    this.keys.clear();
    this.patterns.clear();
    this.tags.clear();
  }
}
