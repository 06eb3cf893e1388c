/**
 * Hits in percent of the best that could be done by one who knows the future (Belady 1966): what is needed last leaves,
 * or does not even enter.
 */
export function optimum(keys: Int32Array, entries: number): number {
  const next = nextUses(keys);
  const held = new Map<number, number>();
  const farthest = new Farthest();
  let hits = 0;
  for (const [at, key] of keys.entries()) {
    const use = next[at] ?? Infinity;
    if (held.has(key)) hits++;
    else if (held.size >= entries && !makeRoom(held, farthest, use)) continue;
    held.set(key, use);
    farthest.push(use, key);
  }
  return (100 * hits) / keys.length;
}

/** For each access, when its key comes again; `Infinity` for never. */
function nextUses(keys: Int32Array): Float64Array {
  const next = new Float64Array(keys.length);
  const seen = new Map<number, number>();
  for (let at = keys.length - 1; at >= 0; at--) {
    const key = keys[at] ?? 0;
    next[at] = seen.get(key) ?? Infinity;
    seen.set(key, at);
  }
  return next;
}

/** Lets the key go that is used last, if that is later than `use`. */
function makeRoom(held: Map<number, number>, farthest: Farthest, use: number): boolean {
  for (let top = farthest.top(); top !== undefined; top = farthest.top()) {
    const [at, key] = top;
    if (held.get(key) === at) {
      if (at <= use) return false;
      held.delete(key);
      farthest.pop();
      return true;
    }
    farthest.pop();
  }
  return false;
}

/** A heap with the latest use on top. Entries that were used since are left in it. */
class Farthest {
  readonly #heap: [at: number, key: number][] = [];

  top(): [at: number, key: number] | undefined {
    return this.#heap[0];
  }

  push(at: number, key: number): void {
    const heap = this.#heap;
    let place = heap.push([at, key]) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#at(parent) >= at) break;
      this.#swap(place, parent);
      place = parent;
    }
  }

  pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (this.#at(child + 1) > this.#at(child)) child++;
      if (this.#at(child) <= this.#at(place)) return;
      this.#swap(place, child);
      place = child;
    }
  }

  #at(place: number): number {
    return this.#heap[place]?.[0] ?? -Infinity;
  }

  #swap(one: number, two: number): void {
    const heap = this.#heap;
    const kept = heap[one] as [number, number];
    heap[one] = heap[two] as [number, number];
    heap[two] = kept;
  }
}
