import type { Keyspace, MaybePromise } from '@uno-cache/core';
import { after, recovered } from './settle.ts';
import type { Shards } from './shards.ts';

interface Scattering<T, Item, Answer> {
  readonly keyOf: (item: Item) => string;
  readonly ask: (shard: T, part: Item[]) => MaybePromise<readonly Answer[]>;
  /** The answer for an item of a shard that failed. */
  readonly otherwise: (error: Error) => Answer;
}

/** As `Shards.scatter`, but one shard's failure leaves the others' answers. Fails when all that are asked do. */
export function scatterUp<Item, Answer, T = Keyspace>(
  shards: Shards<T>,
  items: readonly Item[],
  { keyOf, ask, otherwise }: Scattering<T, Item, Answer>,
): MaybePromise<Answer[]> {
  const failures: Error[] = [];
  let asked = 0;
  const answers = shards.scatter(items, keyOf, (shard, part) => {
    asked++;
    return recovered<readonly Answer[]>(
      () => ask(shard, part),
      (error) => {
        failures.push(error as Error);
        return part.map(() => otherwise(error as Error));
      },
    );
  });
  return after(answers, (settled) => {
    if (asked > 0 && failures.length === asked) throw failures[0]!;
    return settled;
  });
}
