/** The keys that a sweep takes. */
export interface Glob {
  readonly pattern: string;
  /** What all its keys begin with. */
  readonly prefix: string;
  matches(key: string): boolean;
}

/** One removal that is under way. */
export interface Sweep {
  /** `undefined` takes every key: the partition was cleared. */
  readonly glob: Glob | undefined;
  /** Entries written since have at least this number. */
  readonly order: number;
  /** Slots from here to the end are looked at first, then those before. */
  readonly from: number;
  readonly end: number;
  /** Whether the end has been reached. */
  hasWrapped: boolean;
}

/** So many patterns that begin alike are told apart. At one more everything that begins so is taken: a cache may lose what it need not. */
const MOST_ALIKE = 64;
/** Beginnings of so many lengths are told apart; of others only a part is looked at. */
const MOST_LENGTHS = 64;

/**
 * The sweeps of one partition, by what their patterns begin with: however many there are, a key is held against the few
 * that begin as it does.
 */
export class SweepList {
  #everything: Sweep | undefined;
  /** By the length of the beginning, the beginning and the pattern. */
  readonly #groups = new Map<number, Map<string, Map<string, Sweep>>>();
  readonly #places = new Map<Sweep, { readonly prefix: string; readonly pattern: string }>();
  #largest = 0;

  get isEmpty(): boolean {
    return this.#everything === undefined && this.#places.size === 0;
  }

  /** How many sweeps a key is held against, about. */
  get cost(): number {
    return this.#groups.size + this.#largest;
  }

  /** @returns the sweep to be done, which may take more, and those of before that it makes needless. */
  add(sweep: Sweep): { readonly added: Sweep; readonly needless: readonly Sweep[] } {
    if (sweep.glob === undefined) return this.#addEverything(sweep);
    const prefix = this.#placeFor(sweep.glob.prefix);
    const group = this.#groupOf(prefix);
    const twin = group.get(sweep.glob.pattern);
    if (twin === undefined && group.size >= MOST_ALIKE) {
      const needless = [...group.values()];
      for (const each of needless) this.remove(each);
      const glob = { pattern: '', prefix, matches: () => true };
      return { added: this.#put({ ...sweep, glob }, prefix, glob.pattern), needless };
    }
    if (twin !== undefined) this.remove(twin);
    return { added: this.#put(sweep, prefix, sweep.glob.pattern), needless: twin === undefined ? [] : [twin] };
  }

  remove(sweep: Sweep): void {
    if (this.#everything === sweep) this.#everything = undefined;
    const place = this.#places.get(sweep);
    if (place === undefined) return;
    const { prefix, pattern } = place;
    this.#places.delete(sweep);
    const groups = this.#groups.get(prefix.length)!;
    const group = groups.get(prefix)!;
    group.delete(pattern);
    if (group.size === 0) groups.delete(prefix);
    if (groups.size === 0) this.#groups.delete(prefix.length);
    if (this.#places.size === 0) this.#largest = 0;
  }

  /** Whether one of those that are `due` for the slot takes the key that is in it. */
  takes(key: unknown, slot: number, due: (sweep: Sweep, slot: number) => boolean): boolean {
    if (this.#everything !== undefined && due(this.#everything, slot)) return true;
    if (typeof key !== 'string') return false;
    for (const [length, groups] of this.#groups) {
      const group = groups.get(length === 0 ? '' : key.slice(0, length));
      if (group === undefined) continue;
      for (const sweep of group.values()) if (due(sweep, slot) && sweep.glob!.matches(key)) return true;
    }
    return false;
  }

  #addEverything(sweep: Sweep): { readonly added: Sweep; readonly needless: readonly Sweep[] } {
    const needless = [...this.#places.keys()];
    if (this.#everything !== undefined) needless.push(this.#everything);
    for (const each of needless) this.remove(each);
    this.#everything = sweep;
    return { added: sweep, needless };
  }

  #put(sweep: Sweep, prefix: string, pattern: string): Sweep {
    const group = this.#groupOf(prefix);
    group.set(pattern, sweep);
    this.#places.set(sweep, { prefix, pattern });
    this.#largest = Math.max(this.#largest, group.size);
    return sweep;
  }

  /** The beginning, or as much of it as there is a length for. */
  #placeFor(prefix: string): string {
    if (this.#groups.has(prefix.length) || this.#groups.size < MOST_LENGTHS) return prefix;
    let length = 0;
    for (const each of this.#groups.keys()) if (each < prefix.length && each > length) length = each;
    return prefix.slice(0, length);
  }

  #groupOf(prefix: string): Map<string, Sweep> {
    const groups = this.#groups.get(prefix.length) ?? new Map<string, Map<string, Sweep>>();
    this.#groups.set(prefix.length, groups);
    const group = groups.get(prefix) ?? new Map<string, Sweep>();
    groups.set(prefix, group);
    return group;
  }
}
