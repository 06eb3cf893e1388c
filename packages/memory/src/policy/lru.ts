import { Links } from '../store/links.ts';
import type { Policy } from './policy.ts';

const RECENT = 1;
const HEADS = 2;

/** Exact LRU: what was used longest ago leaves first. */
export class Lru implements Policy {
  readonly usesHash = false;
  readonly refused = false;
  readonly #links: Links;

  constructor(capacity: number) {
    this.#links = new Links(HEADS, capacity);
  }

  get growers(): ((capacity: number) => void)[] {
    return this.#links.growers;
  }

  add(slot: number): void {
    this.#links.pushFirst(RECENT, slot);
  }

  hit(slot: number): void {
    this.#links.moveFirst(RECENT, slot);
  }

  reweigh(): void {}

  remove(slot: number): void {
    this.#links.unlink(slot);
  }

  victim(): number {
    return this.#links.last(RECENT);
  }

  settle(): void {}
}
