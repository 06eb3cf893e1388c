import { CacheError } from '@uno-cache/core';
import type { Connection } from '../sqlite/connection.ts';
import { failureOf } from '../sqlite/sqlite.ts';
import { LOCK_TIMEOUT_MS } from './lock-wait.ts';
import type { Store } from './store.ts';
import { Transaction } from './transaction.ts';

/** How long one turn of the event loop may write, and how much, before others get theirs. */
const SLICE_MS = 6;
const SLICE_BYTES = 1_000_000;
const RETRY_MS = 2;

interface Job {
  readonly operation: (transaction: Transaction) => unknown;
  readonly since: number;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/** Writes that wait for the end of this turn of the event loop, to be committed together. */
export class WriteQueue {
  readonly #store: Store;
  #jobs: Job[] = [];
  #isScheduled = false;

  constructor(store: Store) {
    this.#store = store;
  }

  add<T>(operation: (transaction: Transaction) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#jobs.push({ operation, since: performance.now(), resolve: resolve as Job['resolve'], reject });
      this.#schedule();
    });
  }

  /** One transaction, at once. */
  perform<T>(operation: (transaction: Transaction) => T): T {
    return this.#store.persist(() => {
      try {
        return this.#transact(operation);
      } catch (error) {
        if (failureOf(error) !== 'full' || !this.#store.relieve()) throw error;
        return this.#transact(operation);
      }
    });
  }

  /** Writes everything that waits. */
  drain(): void {
    while (this.#jobs.length > 0) this.#settleTogether(true);
  }

  /** Fails everything that waits. */
  close(reason: Error): void {
    for (const job of this.#jobs.splice(0)) job.reject(reason);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    this.#isScheduled = false;
    if (this.#jobs.length === 0) return;
    if (this.#settleTogether(false)) {
      if (this.#jobs.length > 0) this.#schedule();
      return;
    }
    // Another process writes: this turn is over, the event loop goes on.
    this.#isScheduled = true;
    const { clock } = this.#store;
    clock.setTimer(() => this.#run(), RETRY_MS * clock.random(), false);
  }

  /** Commits a slice of the jobs; `false` when the database was locked and they still wait. */
  #settleTogether(mustWait: boolean): boolean {
    const taken: Job[] = [];
    const settled: (() => void)[] = [];
    const together = (transaction: Transaction): void => {
      const began = performance.now();
      taken.length = 0;
      settled.length = 0;
      for (const job of this.#jobs) {
        settled.push(outcomeOf(job, transaction));
        taken.push(job);
        if (transaction.written > SLICE_BYTES || performance.now() - began > SLICE_MS) break;
      }
    };
    try {
      if (mustWait) this.#store.persist(() => this.#transact(together));
      else this.#transact(together);
    } catch (error) {
      if (!mustWait && failureOf(error) === 'busy' && this.#hasPatience()) return false;
      const translated = this.#store.translated(error);
      if (CacheError.is(translated, 'TIMEOUT')) this.close(translated);
      else this.#settleAlone(taken.length > 0 ? taken.length : this.#jobs.length);
      return true;
    }
    this.#jobs.splice(0, taken.length);
    for (const settle of settled) settle();
    return true;
  }

  /** After a group has failed: each by itself, so that one does not fail the others. */
  #settleAlone(count: number): void {
    for (const { operation, resolve, reject } of this.#jobs.splice(0, count)) {
      try {
        resolve(this.perform(operation));
      } catch (error) {
        reject(error);
      }
    }
  }

  #hasPatience(): boolean {
    const since = this.#jobs[0]?.since;
    return since !== undefined && performance.now() - since < LOCK_TIMEOUT_MS;
  }

  #transact<T>(operation: (transaction: Transaction) => T): T {
    const connection = this.#store.checkedConnection();
    connection.run('BEGIN IMMEDIATE');
    let transaction: Transaction;
    let answer: T;
    try {
      transaction = new Transaction(connection);
      answer = operation(transaction);
      this.#store.clean(transaction);
      transaction.finish();
      connection.run('COMMIT');
    } catch (error) {
      rollBack(connection);
      throw error;
    }
    this.#store.committed(transaction);
    return answer;
  }
}

/** Runs a job; what it throws by itself is its own outcome, what the database throws is that of all. */
function outcomeOf({ operation, resolve, reject }: Job, transaction: Transaction): () => void {
  try {
    const answer = operation(transaction);
    return () => resolve(answer);
  } catch (error) {
    if (failureOf(error) !== undefined) throw error;
    return () => reject(error);
  }
}

function rollBack(connection: Connection): void {
  try {
    connection.run('ROLLBACK');
  } catch {
    // SQLite has done so by itself, or the file is damaged.
  }
}
