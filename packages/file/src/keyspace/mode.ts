import type { MaybePromise } from '@uno-cache/core';
import type { Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';

export type Write<T> = (transaction: Transaction) => T;

/** The two ways of writing: at once, or with the rest of this turn of the event loop. Everything else is the same. */
export interface Mode {
  readonly isSync: boolean;
  /** @param entryBytes - what the operation holds until it has been done. */
  write<T>(operation: Write<T>, entryBytes?: number): MaybePromise<T>;
  /** In order; not in one transaction when that would grow large. `entryBytes` as in `write`, of all together. */
  writeAll<T>(operations: readonly Write<T>[], entryBytes?: number): MaybePromise<T[]>;
  /** Writes slice by slice, each in a transaction of its own, until one says that it was the last. */
  sweep(slice: Write<boolean>): MaybePromise<void>;
}

export function atOnce(store: Store): Mode {
  return {
    isSync: true,
    write: (operation) => store.commit(operation),
    writeAll: (operations) => {
      const answers: ReturnType<(typeof operations)[number]>[] = [];
      while (answers.length < operations.length)
        answers.push(...store.commit(batch(operations, answers.length, store.limits.sliceBytes)));
      return answers;
    },
    sweep: (slice) => {
      let isDone = false;
      while (!isDone) isDone = store.commit(slice);
    },
  };
}

export function grouped(store: Store): Mode {
  return {
    isSync: false,
    write: (operation, entryBytes) => store.enqueue(operation, entryBytes),
    writeAll: async (operations, entryBytes) => {
      const answers: ReturnType<(typeof operations)[number]>[] = [];
      while (answers.length < operations.length) {
        const next = batch(operations, answers.length, store.limits.sliceBytes);
        answers.push(...(await store.enqueue(next, entryBytes)));
      }
      return answers;
    },
    sweep: async (slice) => {
      let isDone = false;
      while (!isDone) isDone = await store.enqueue(slice);
    },
  };
}

/** Some of the operations, as many as one transaction should hold; at least one. */
function batch<T>(operations: readonly Write<T>[], start: number, most: number): Write<T[]> {
  return (transaction) => {
    const answers: T[] = [];
    let index = start;
    do answers.push(operations[index++]!(transaction));
    while (index < operations.length && transaction.written < most);
    return answers;
  };
}
