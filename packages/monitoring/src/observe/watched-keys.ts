/** Waits for the next lookup of a key. */
export interface Watch {
  readonly region: string;
  readonly key: string;
  /** The key is looked up; the watch is over. @param at - in lookups since the monitor was created. */
  lookedUp(at: number): void;
}

const SLOTS = 2 ** 13;

/**
 * The keys that somebody waits for. Every lookup of the cache asks here, so that a few characters have to tell most keys
 * apart from those: only a key that agrees in them is looked for.
 */
export class WatchedKeys {
  /** How many watched keys fall into each slot. */
  readonly #slots = new Uint16Array(SLOTS);
  readonly #watches = new Map<string, Watch[]>();

  mayHave(key: string): boolean {
    return this.#slots[slotOf(key)] !== 0;
  }

  add(watch: Watch): void {
    const { key } = watch;
    const slot = slotOf(key);
    this.#slots[slot] = this.#slots[slot]! + 1;
    const others = this.#watches.get(key);
    if (others === undefined) this.#watches.set(key, [watch]);
    else others.push(watch);
  }

  /** Does nothing when the watch is over. */
  delete(watch: Watch): void {
    const watches = this.#watches.get(watch.key);
    const index = watches?.indexOf(watch) ?? -1;
    if (watches === undefined || index < 0) return;
    if (watches.length === 1) this.#watches.delete(watch.key);
    else watches.splice(index, 1);
    const slot = slotOf(watch.key);
    this.#slots[slot] = this.#slots[slot]! - 1;
  }

  lookedUp(region: string, key: string, at: number): void {
    const watches = this.#watches.get(key);
    if (watches === undefined) return;
    for (const watch of watches.filter((each) => each.region === region)) {
      this.delete(watch);
      watch.lookedUp(at);
    }
  }
}

/** Keys of a kind mostly differ in their length, in a number at the end or in one in the middle. */
function slotOf(key: string): number {
  const { length } = key;
  const middle = length >> 1;
  return (
    ((length << 9) ^
      (key.charCodeAt(middle) << 5) ^
      (key.charCodeAt(middle >> 1) * 131) ^
      (key.charCodeAt(middle + (middle >> 1)) * 31) ^
      (key.charCodeAt(length - 1) * 7)) &
    (SLOTS - 1)
  );
}
