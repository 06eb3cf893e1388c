import { checkNumber, checkOptions } from '@uno-cache/core/adapter';
import type { HashRing } from './hash-ring.ts';
import { checkRing } from './hash-ring.ts';

const DEFAULT_FACTOR = 1.25;

export interface BoundedLoadOptions {
  /** How much more than its share a node may have, greater than 1. @defaultValue `1.25` */
  readonly factor?: number;
}

/**
 * A ring on which no node gets much more than its share: a key whose node is full goes to the next that is not. Small
 * factors spread evenly, large ones keep keys where they belong.
 *
 * V. Mirrokni, M. Thorup, M. Zadimoghaddam, "Consistent Hashing with Bounded Loads" (SODA 2018).
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { boundedLoad, hashRing } from '@uno-cache/invalidation';
 *
 * const load = boundedLoad(hashRing(['a', 'b', 'c']), { factor: 1.25 });
 * const node = load.acquire('hot key');
 * assert.equal(load.loadOf(node), 1);
 * load.release(node); // the work is done
 * ```
 * @throws TypeError when the factor is not greater than 1, or the ring is none.
 */
export function boundedLoad<Node extends string>(
  ring: HashRing<Node>,
  options: BoundedLoadOptions = {},
): BoundedLoad<Node> {
  checkOptions('boundedLoad()', options, ['factor']);
  const { factor = DEFAULT_FACTOR } = options;
  checkRing(ring);
  return new BoundedLoad(ring, checkNumber(factor, 'factor', { min: 1.000_001, max: 1e6 }));
}

export class BoundedLoad<Node extends string> {
  readonly #ring: HashRing<Node>;
  readonly #factor: number;
  readonly #shares: ReadonlyMap<Node, number>;
  readonly #loads: Map<Node, number>;
  #total = 0;

  constructor(ring: HashRing<Node>, factor: number) {
    this.#ring = ring;
    this.#factor = factor;
    this.#shares = new Map(ring.nodes.map((node) => [node, ring.shareOf(node)]));
    this.#loads = new Map(ring.nodes.map((node) => [node, 0]));
  }

  /** The node that is to have a piece of work; it counts as the node's until it is released. */
  acquire(key: string): Node {
    const node = this.#firstWithRoom(key);
    this.#loads.set(node, this.loadOf(node) + 1);
    this.#total++;
    return node;
  }

  /** A piece of work has been done. Does nothing when the node has none. */
  release(node: Node): void {
    const load = this.loadOf(node);
    if (load === 0) return;
    this.#loads.set(node, load - 1);
    this.#total--;
  }

  loadOf(node: Node): number {
    return this.#loads.get(node) ?? 0;
  }

  /** How much the node may have when one more is added to all there is. */
  capacityOf(node: Node): number {
    return Math.ceil(this.#factor * (this.#total + 1) * (this.#shares.get(node) ?? 0));
  }

  #firstWithRoom(key: string): Node {
    for (const node of this.#ring.from(key)) if (this.loadOf(node) < this.capacityOf(node)) return node;
    // All capacities together are more than the total, so somebody had room.
    return this.#ring.get(key);
  }
}
