import type { Connection } from '../sqlite/connection.ts';

/** The ledger's first row, as a transaction finds it and leaves it. */
interface Ledger {
  seq: number;
  /** No lease to copy that was given before this stands. */
  floor: number;
  /** Of all keyspaces. */
  entries: number;
  /** Bytes of the files that hold large payloads. */
  files: number;
  tags: number;
  /** Up to which sequence number changes have been dropped. */
  trimmed: number;
  /** Bytes of all changes that there ever were. */
  published: number;
  /** 1 when the space is nearly used up, so that it matters what is read; else 0. */
  crowded: number;
}

const READ = "SELECT seq, floor, entries, files, tags, trimmed, published, crowded FROM ledger WHERE name = ''";
const WRITE =
  'UPDATE ledger SET seq = ?, floor = ?, entries = ?, files = ?, tags = ?, trimmed = ?, published = ?, ' +
  "crowded = ? WHERE name = ''";
const COUNT =
  'INSERT INTO ledger(name, entries) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET entries = entries + excluded.entries';

/** One write transaction: what is done to the tables in it, and what is to be done once it has been committed. */
export class Transaction {
  readonly connection: Connection;
  readonly ledger: Ledger;
  /** What was written before it has this sequence number or a smaller one. */
  readonly before: number;
  /** Bytes that were put into the tables: a measure of how much there may be to clean up. */
  written = 0;
  /** Whether it is one of many that delete: pages are given back after the last. */
  isSweep = false;
  #hasLeases: boolean | undefined;
  readonly #counts = new Map<string, number>();
  readonly #after: (() => void)[] = [];

  constructor(connection: Connection) {
    this.connection = connection;
    this.ledger = connection.get<Ledger>(READ)!;
    this.before = this.ledger.seq;
  }

  /** Whether any key is leased: mostly there is none, and writes are many. */
  get hasLeases(): boolean {
    this.#hasLeases ??= this.connection.get('SELECT 1 FROM leases LIMIT 1') !== undefined;
    return this.#hasLeases;
  }

  /** A lease was given within this transaction. */
  leased(): void {
    this.#hasLeases = true;
  }

  /** A sequence number greater than any before, and not below the time in microseconds. */
  nextSeq(now: number): number {
    this.ledger.seq = Math.max(this.ledger.seq + 1, Math.floor(now * 1000));
    return this.ledger.seq;
  }

  /** As `nextSeq`, and not below a version that an entry brought from elsewhere. */
  seqAfter(version: number, now: number): number {
    if (Number.isSafeInteger(version + 1)) this.ledger.seq = Math.max(this.ledger.seq, Math.ceil(version));
    return this.nextSeq(now);
  }

  /** Counts entries of a keyspace. */
  count(prefix: string, delta: number): void {
    this.#counts.set(prefix, (this.#counts.get(prefix) ?? 0) + delta);
    this.ledger.entries += delta;
  }

  /** Does something when the transaction has been committed, and not when it has failed. */
  afterCommit(action: () => void): void {
    this.#after.push(action);
  }

  /** Writes the ledger: the last thing before the commit. */
  finish(): void {
    const { seq, floor, entries, files, tags, trimmed, published, crowded } = this.ledger;
    this.connection.run(WRITE, seq, floor, entries, files, tags, trimmed, published, crowded);
    for (const [prefix, delta] of this.#counts) if (delta !== 0) this.connection.run(COUNT, prefix, delta);
  }

  /** To be called after the commit. */
  committed(): void {
    for (const action of this.#after) action();
  }
}
