import { createHash } from 'node:crypto';
import { checkInteger, checkName, checkNumber, checkOptions, mismatch, show } from '@uno-cache/core/adapter';
import { unknownName } from '../unknown-name.ts';

/** Hashes per node; each gives four points. */
const DEFAULT_VIRTUAL_NODES = 40;
const POINTS_PER_HASH = 4;

/** What is said of a node that is not in the ring counts when it comes (`with`). */
export interface HashRingOptions<Node extends string = string> {
  /** How much of the keys a node gets, beside the others. @defaultValue 1 for each */
  readonly weights?: Readonly<Partial<Record<Node, number>>>;
  /**
   * How finely the keys are spread: hashes per node, four points each. A number is that of a node of average weight; a
   * record gives nodes exactly so many, whatever the weights. @defaultValue 40, as libketama
   */
  readonly virtualNodes?: number | Readonly<Partial<Record<Node, number>>>;
}

/**
 * Consistent hashing as in ketama: a key belongs to the node with the next point on a circle of 32 bits, and a node that
 * comes or goes moves few keys but its own. Keys are placed as by libketama and the npm package `hashring`.
 *
 * After D. Karger et al., "Consistent Hashing and Random Trees" (STOC 1997), and R. Jones, libketama (2007).
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { hashRing } from '@uno-cache/invalidation';
 *
 * const ring = hashRing(['10.0.0.1:11211', '10.0.0.2:11211', '10.0.0.3:11211'], {
 *   weights: { '10.0.0.3:11211': 2 },
 * });
 * const node = ring.get('user:7');
 * assert.ok(ring.nodes.includes(node));
 * assert.deepEqual(ring.range('user:7', 2)[0], node);
 * ```
 * @throws TypeError when there is no node, or one is named twice.
 */
export function hashRing<const Node extends string>(
  nodes: readonly Node[],
  options: HashRingOptions<Node> = {},
): HashRing<Node> {
  return new HashRing(nodes, options);
}

/** A ring does not change: `with` and `without` give another. */
export class HashRing<Node extends string = string> {
  readonly nodes: readonly Node[];
  readonly #options: HashRingOptions<Node>;
  /** Ascending. */
  readonly #points: Uint32Array;
  /** To whom each point belongs, as a place in `nodes`. */
  readonly #owners: Uint32Array;

  constructor(nodes: readonly Node[], options: HashRingOptions<Node>) {
    this.nodes = Object.freeze(checkNodes(nodes));
    this.#options = options;
    checkOptions('hashRing()', options, ['weights', 'virtualNodes']);
    const points = hashesOf(this.nodes, options).flatMap((hashes, owner) =>
      pointsOf(this.nodes[owner]!, hashes, owner),
    );
    // Stable: of two nodes at one point the first has it.
    points.sort((one, two) => one[0] - two[0]);
    this.#points = Uint32Array.from(points, ([point]) => point);
    this.#owners = Uint32Array.from(points, ([, owner]) => owner);
  }

  /** The node that a key belongs to. */
  get(key: string): Node {
    return this.#nodeAt(this.#find(key));
  }

  /** Up to `count` different nodes, as they follow from the key on: its own, and who would have it next. */
  range(key: string, count: number = this.nodes.length): Node[] {
    checkInteger(count, 'count', { min: 0 });
    const found: Node[] = [];
    for (const node of this.from(key)) {
      if (found.length === count) break;
      found.push(node);
    }
    return found;
  }

  /** All nodes that have points, each once, as they follow from the key on. */
  *from(key: string): Generator<Node> {
    const seen = new Set<number>();
    const start = this.#find(key);
    for (let step = 0; step < this.#points.length && seen.size < this.nodes.length; step++) {
      const place = (start + step) % this.#points.length;
      const owner = this.#owners[place]!;
      if (!seen.has(owner)) yield this.#nodeAt(place);
      seen.add(owner);
    }
  }

  /** What part of all points is a node's, 0..1. */
  shareOf(node: Node): number {
    const owner = this.nodes.indexOf(node);
    return this.#owners.reduce((sum, each) => (each === owner ? sum + 1 : sum), 0) / this.#owners.length;
  }

  with<More extends string>(node: More): HashRing<Node | More> {
    return new HashRing<Node | More>([...this.nodes, node], this.#options as HashRingOptions<Node | More>);
  }

  /** @throws TypeError when it was the last, or is not there. */
  without(node: Node): HashRing<Node> {
    if (!this.nodes.includes(node)) throw unknownName('node', node, this.nodes);
    return new HashRing(
      this.nodes.filter((each) => each !== node),
      this.#options,
    );
  }

  #nodeAt(place: number): Node {
    return this.nodes[this.#owners[place]!]!;
  }

  /** The place of the first point at or behind the key's, around the circle. */
  #find(key: string): number {
    if (typeof key !== 'string') throw new TypeError(mismatch('key', 'a string', key));
    const hash = digest(key).readUInt32LE(0);
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#points[middle]! < hash) low = middle + 1;
      else high = middle;
    }
    return low === this.#points.length ? 0 : low;
  }
}

/** How many hashes each node gets. The order of the operations is ketama's: they round. */
function hashesOf<Node extends string>(nodes: readonly Node[], options: HashRingOptions<Node>): number[] {
  const { weights = {}, virtualNodes = DEFAULT_VIRTUAL_NODES } = options;
  const exact = typeof virtualNodes === 'number' ? {} : virtualNodes;
  for (const [name, numbers] of Object.entries({ weights, virtualNodes: exact })) {
    if (typeof numbers !== 'object' || numbers === null)
      throw new TypeError(mismatch(name, 'numbers by node', numbers));
  }
  const average = typeof virtualNodes === 'number' ? virtualNodes : DEFAULT_VIRTUAL_NODES;
  checkInteger(average, 'virtualNodes', { min: 1, max: 65_536 });
  const weightOf = nodes.map((node) => {
    const weight = numberOf(weights, node) ?? 1;
    if (!(checkNumber(weight, `weights.${node}`) > 0)) {
      throw new TypeError(mismatch(`weights.${node}`, 'a number greater than 0', weight));
    }
    return weight;
  });
  const total = weightOf.reduce((sum, weight) => sum + weight, 0);
  const counts = nodes.map((node, index) => {
    const count = numberOf(exact, node);
    if (count !== undefined) return checkInteger(count, `virtualNodes.${node}`, { min: 1, max: 65_536 });
    return Math.floor((weightOf[index]! / total) * average * nodes.length);
  });
  if (counts.every((count) => count === 0)) throw new TypeError('virtualNodes are too few for these weights');
  return counts;
}

/** @throws TypeError for what is no ring. */
export function checkRing<Node extends string>(ring: HashRing<Node>): HashRing<Node> {
  if (typeof ring?.get === 'function' && Array.isArray(ring.nodes)) return ring;
  throw new TypeError(mismatch('ring', 'a hashRing()', ring));
}

/** Not what every object has: a node may be called `toString`. */
function numberOf(numbers: Readonly<Partial<Record<string, number>>>, node: string): number | undefined {
  return Object.hasOwn(numbers, node) ? numbers[node] : undefined;
}

function pointsOf(node: string, hashes: number, owner: number): [point: number, owner: number][] {
  return Array.from({ length: hashes }, (_, index) => digest(`${node}-${index}`)).flatMap((bytes) =>
    Array.from({ length: POINTS_PER_HASH }, (_, part): [number, number] => [bytes.readUInt32LE(part * 4), owner]),
  );
}

function digest(text: string): Buffer {
  return createHash('md5').update(text).digest();
}

function checkNodes<Node extends string>(nodes: readonly Node[]): Node[] {
  if (!Array.isArray(nodes) || nodes.length === 0) {
    throw new TypeError(mismatch('nodes', 'an array of names, not empty', nodes));
  }
  for (const [index, node] of nodes.entries()) {
    checkName(node, `nodes[${index}]`);
    if (nodes.indexOf(node) !== index) throw new TypeError(`nodes: ${show(node)} is named twice`);
  }
  return [...nodes];
}
