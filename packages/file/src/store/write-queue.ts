import type { Timer } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { failureOf } from '../sqlite/sqlite.ts';
import { LOCK_TIMEOUT_MS } from './lock-wait.ts';
import type { Store } from './store.ts';
import { Transaction } from './transaction.ts';

/** How long one turn of the event loop may write before others get theirs. */
const SLICE_MS = 6;
const RETRY_MS = 2;
/** How long a call that has to be answered at once waits for the log to be moved. */
const ROOM_TIMEOUT_MS = 500;
/** When the disk is full: each time a little more is evicted. */
const MOST_TRIES = 4;
/** Bytes that wait while another process has the database locked; beyond them writes fail at once. */
const MOST_WAITING_BYTES = 67_108_864;
/** What a write takes beside its entry. */
const JOB_BYTES = 512;

interface Job {
  readonly operation: (transaction: Transaction) => unknown;
  readonly bytes: number;
  readonly since: number;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/** Writes that wait for the end of this turn of the event loop, to be committed together. */
export class WriteQueue {
  readonly #store: Store;
  #jobs: Job[] = [];
  #bytes = 0;
  #isScheduled = false;
  /** Set while another process writes. */
  #retry: Timer | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @param entryBytes - what the operation holds until it has been done. */
  add<T>(operation: (transaction: Transaction) => T, entryBytes: number): Promise<T> {
    const bytes = entryBytes + JOB_BYTES;
    if (this.#retry !== undefined && this.#bytes + bytes > MOST_WAITING_BYTES) {
      const text = `${this.#store.owner} has too many writes that wait for other processes`;
      return Promise.reject(new CacheError('TIER_FAILED', text));
    }
    return new Promise<T>((resolve, reject) => {
      this.#jobs.push({ operation, bytes, since: performance.now(), resolve: resolve as Job['resolve'], reject });
      this.#bytes += bytes;
      this.#schedule();
    });
  }

  /** As `add`, and at once with all that waits if nobody has the database locked. */
  addNow<T>(operation: (transaction: Transaction) => T): Promise<T> {
    const written = this.add(operation, 0);
    while (this.#retry === undefined && this.#jobs.length > 0) if (!this.#settleTogether(false)) break;
    return written;
  }

  /** One transaction, at once. */
  perform<T>(operation: (transaction: Transaction) => T): T {
    const { answer, transaction } = this.#store.persist(() => {
      this.#hasRoom(ROOM_TIMEOUT_MS);
      return this.#transactWithRoom(operation);
    });
    this.#store.committed(transaction);
    return answer;
  }

  /** Writes everything that waits. */
  drain(): void {
    while (this.#jobs.length > 0) this.#settleTogether(true);
  }

  /** Fails everything that waits, and takes no more. */
  close(reason: Error): void {
    this.#retry?.cancel();
    this.#failAll(reason);
  }

  #failAll(reason: Error): void {
    for (const job of this.#take(this.#jobs.length)) job.reject(reason);
  }

  #take(count: number): Job[] {
    const taken = this.#jobs.splice(0, count);
    for (const { bytes } of taken) this.#bytes -= bytes;
    return taken;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    this.#isScheduled = false;
    this.#retry = undefined;
    if (this.#jobs.length === 0) return;
    if (this.#settleTogether(false)) {
      if (this.#jobs.length > 0) this.#schedule();
      return;
    }
    // Another process writes: this turn is over, the event loop goes on.
    this.#isScheduled = true;
    const { clock } = this.#store;
    this.#retry = clock.setTimer(() => this.#run(), RETRY_MS * clock.random(), false);
  }

  /** Commits a slice of the jobs; `false` when the database was locked and they still wait. */
  #settleTogether(mustWait: boolean): boolean {
    const taken: Job[] = [];
    const settled: (() => void)[] = [];
    const { sliceBytes } = this.#store.limits;
    const together = (transaction: Transaction): void => {
      const began = performance.now();
      taken.length = 0;
      settled.length = 0;
      for (const job of this.#jobs) {
        settled.push(outcomeOf(job, transaction));
        taken.push(job);
        if (transaction.written > sliceBytes || performance.now() - began > SLICE_MS) break;
      }
    };
    let transaction: Transaction;
    try {
      const patienceMs = mustWait ? ROOM_TIMEOUT_MS : 0;
      if (!this.#store.persist(() => this.#hasRoom(patienceMs)) && !mustWait && this.#hasPatience()) return false;
      const transact = (): Committed<void> => this.#transact(together);
      ({ transaction } = mustWait ? this.#store.persist(transact) : transact());
    } catch (error) {
      if (!mustWait && failureOf(error) === 'busy' && this.#hasPatience()) return false;
      const translated = this.#store.translated(error);
      if (CacheError.is(translated, 'TIMEOUT')) this.#failAll(translated);
      else this.#settleAlone(taken.length > 0 ? taken.length : this.#jobs.length);
      return true;
    }
    this.#take(taken.length);
    for (const settle of settled) settle();
    // Last, since those who are called back may write again.
    this.#store.committed(transaction);
    return true;
  }

  /** After a group has failed: each by itself, so that one does not fail the others. */
  #settleAlone(count: number): void {
    for (const { operation, resolve, reject } of this.#take(count)) {
      try {
        resolve(this.perform(operation));
      } catch (error) {
        reject(error);
      }
    }
  }

  /** Where several processes write more than the disk takes, each waits for the log to be moved. */
  #hasRoom(patienceMs: number): boolean {
    return this.#store.keeper?.hasRoom(this.#store.connection(), patienceMs) ?? true;
  }

  /** When the disk is full, makes room and tries again. */
  #transactWithRoom<T>(operation: (transaction: Transaction) => T): Committed<T> {
    for (let tries = 1; ; tries++) {
      try {
        return this.#transact(operation);
      } catch (error) {
        if (failureOf(error) !== 'full' || tries === MOST_TRIES || !this.#store.relieve()) throw error;
      }
    }
  }

  #hasPatience(): boolean {
    const since = this.#jobs[0]?.since;
    return since !== undefined && performance.now() - since < LOCK_TIMEOUT_MS;
  }

  #transact<T>(operation: (transaction: Transaction) => T): Committed<T> {
    const connection = this.#store.checkedConnection();
    return connection.write(() => {
      const transaction = new Transaction(connection);
      const answer = operation(transaction);
      this.#store.keeper?.clean(transaction);
      transaction.finish();
      return { answer, transaction };
    });
  }
}

interface Committed<T> {
  readonly answer: T;
  readonly transaction: Transaction;
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
