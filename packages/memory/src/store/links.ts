/**
 * Doubly linked rings of slots, in two integer columns. A ring begins and ends at its head, one of the nodes
 * `1 .. heads - 1`; the node of a slot is `slot + heads`. Node 0 is nobody, so that new zeroes mean "in no ring".
 *
 * The columns are public and replaced when they grow: this is the innermost code of every hit.
 */
export class Links {
  readonly heads: number;
  next: NodeColumn;
  prev: NodeColumn;

  constructor(heads: number, capacity: number) {
    this.heads = heads;
    this.next = nodeColumn(heads + capacity);
    this.prev = nodeColumn(heads + capacity);
    for (let head = 1; head < heads; head++) this.next[head] = this.prev[head] = head;
  }

  /** One function a column, so that a store can grow them at different times. */
  get growers(): ((capacity: number) => void)[] {
    return [
      (capacity) => {
        this.next = widenedNodes(this.next, this.heads + capacity);
      },
      (capacity) => {
        this.prev = widenedNodes(this.prev, this.heads + capacity);
      },
    ];
  }

  has(slot: number): boolean {
    return this.next[slot + this.heads] !== 0;
  }

  /** The first slot of a ring, or -1. */
  first(head: number): number {
    const node = this.next[head]!;
    return node === head ? -1 : node - this.heads;
  }

  /** The last slot of a ring, or -1. */
  last(head: number): number {
    const node = this.prev[head]!;
    return node === head ? -1 : node - this.heads;
  }

  pushFirst(head: number, slot: number): void {
    const { next, prev } = this;
    const node = slot + this.heads;
    const first = next[head]!;
    next[node] = first;
    prev[node] = head;
    prev[first] = node;
    next[head] = node;
  }

  pushLast(head: number, slot: number): void {
    const { next, prev } = this;
    const node = slot + this.heads;
    const last = prev[head]!;
    prev[node] = last;
    next[node] = head;
    next[last] = node;
    prev[head] = node;
  }

  unlink(slot: number): void {
    const { next, prev } = this;
    const node = slot + this.heads;
    const after = next[node]!;
    const before = prev[node]!;
    next[before] = after;
    prev[after] = before;
    next[node] = prev[node] = 0;
  }

  /** `unlink` and `pushFirst` in one, and nothing when it is first already. */
  moveFirst(head: number, slot: number): void {
    const { next, prev } = this;
    const node = slot + this.heads;
    const first = next[head]!;
    if (first === node) return;
    const after = next[node]!;
    const before = prev[node]!;
    next[before] = after;
    prev[after] = before;
    next[node] = first;
    prev[node] = head;
    prev[first] = node;
    next[head] = node;
  }

  /** Puts all of a ring at the end of another, in one step. */
  append(head: number, from: number): void {
    const { next, prev } = this;
    const first = next[from]!;
    if (first === from) return;
    const last = prev[from]!;
    const end = prev[head]!;
    next[end] = first;
    prev[first] = end;
    next[last] = head;
    prev[head] = last;
    next[from] = prev[from] = from;
  }
}

/** Two bytes a node while that is enough. */
type NodeColumn = Uint16Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

function nodeColumn(length: number): NodeColumn {
  return length <= 2 ** 16 ? new Uint16Array(length) : new Int32Array(length);
}

function widenedNodes(column: NodeColumn, length: number): NodeColumn {
  const wide = nodeColumn(length);
  wide.set(column);
  return wide;
}

type Column = Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** A longer copy of a column, zeroes at its end. */
export function widened<T extends Column>(column: T, length: number): T {
  const wide = new (column.constructor as new (length: number) => T)(length);
  wide.set(column);
  return wide;
}
