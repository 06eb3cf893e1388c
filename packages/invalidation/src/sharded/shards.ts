import type { MaybePromise } from '@uno-cache/core';
import type { HashRing } from '../ring/hash-ring.ts';
import { after, settleAll } from './settle.ts';

/** One thing for each node of a ring: whose is a key's. */
export class Shards<T> {
  readonly all: readonly T[];
  readonly #ring: HashRing;
  readonly #byNode: ReadonlyMap<string, T>;

  constructor(ring: HashRing, byNode: ReadonlyMap<string, T>) {
    this.#ring = ring;
    this.#byNode = byNode;
    this.all = [...byNode.values()];
  }

  of(key: string): T {
    return this.#byNode.get(this.#ring.get(key))!;
  }

  map<U>(change: (shard: T, node: string) => U): Shards<U> {
    return new Shards(this.#ring, new Map([...this.#byNode].map(([node, shard]) => [node, change(shard, node)])));
  }

  /** Asks each shard for its part of some items; the answers, in the order of the items. */
  scatter<Item, Answer>(
    items: readonly Item[],
    keyOf: (item: Item) => string,
    ask: (shard: T, part: Item[]) => MaybePromise<readonly Answer[]>,
  ): MaybePromise<Answer[]> {
    const places = Map.groupBy(items.keys(), (place) => this.of(keyOf(items[place]!)));
    const parts = [...places];
    const calls = parts.map(
      ([shard, part]) =>
        () =>
          ask(
            shard,
            part.map((place) => items[place]!),
          ),
    );
    return after(settleAll(calls), (answers) => {
      const ordered = new Array<Answer>(items.length);
      for (const [index, [, part]] of parts.entries()) {
        for (const [nth, place] of part.entries()) ordered[place] = answers[index]![nth]!;
      }
      return ordered;
    });
  }
}
