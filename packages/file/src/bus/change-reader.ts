import type { BusMessage, BusReceiver, Clock, Timer } from '@uno-cache/core';
import type { Connection } from '../sqlite/connection.ts';
import type { Store } from '../store/store.ts';
import type { Bell } from './bell.ts';
import type { Change, ChangeLog } from './change-log.ts';

/** How often the log is looked at without a bell. Only then is vouched for anything, so it is a heartbeat as well. */
const BEAT_MS = 200;
/** How often where no bell rings. */
const POLL_MS = 20;
/** Beats that found what no bell had announced, before the bell is given up. */
const MOST_UNHEARD = 3;
/** Messages that are delivered in one turn of the event loop. */
const BATCH = 200;

/** A cache that listens. */
export interface Listener {
  readonly namespace: string;
  readonly receiver: BusReceiver;
  readonly clock: Clock;
  /** What it has to be told before anything is vouched for. */
  gap: string | undefined;
}

/** Up to where a database's log has been read. */
interface Position {
  readonly identity: string;
  seq: number;
}

/** Reads the log for the listeners of one store: when the bell rings, and on every beat. */
export class ChangeReader {
  readonly #store: Store;
  readonly #log: ChangeLog;
  readonly #bell: Bell;
  readonly #origin: string;
  readonly #listeners = new Set<Listener>();
  #position: Position | undefined;
  /** SQLite's number of what others have committed. */
  #dataVersion = -1;
  /** Of this store, committed and not yet delivered: not read back. */
  #own: Change[] = [];
  #isBehind = false;
  #isReading = false;
  #isScheduled = false;
  #beat: Timer | undefined;
  #hasBell = false;
  #hasRung = false;
  #unheard = 0;

  constructor(store: Store, log: ChangeLog, bell: Bell, origin: string) {
    this.#store = store;
    this.#log = log;
    this.#bell = bell;
    this.#origin = origin;
    store.onReplaced((reason) => this.#lose(reason));
  }

  has(listener: Listener): boolean {
    return this.#listeners.has(listener);
  }

  /** From here on it is told everything, or of a gap. */
  add(listener: Listener): void {
    // What is under way for the others comes before.
    this.#look();
    const asOf = listener.clock.now();
    try {
      this.#position ??= this.#begin(this.#store.read(() => this.#store.checkedConnection()));
      listener.receiver.current(asOf);
    } catch {
      listener.gap = 'the bus could not be opened';
    }
    this.#listeners.add(listener);
    if (this.#listeners.size > 1) return;
    this.#listen();
    this.#schedule();
  }

  remove(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#rest();
  }

  /** A message of this store has been committed. */
  published(change: Change): void {
    if (this.#listeners.size === 0) return;
    this.#own.push(change);
    this.#lookSoon();
  }

  close(): void {
    this.#listeners.clear();
    this.#rest();
  }

  #rest(): void {
    this.#beat?.cancel();
    this.#beat = undefined;
    this.#bell.silence();
    this.#position = undefined;
    this.#own = [];
  }

  #listen(): void {
    this.#unheard = 0;
    this.#hasBell = this.#bell.listen(() => this.#rung());
  }

  #begin(connection: Connection): Position {
    // First, so that what is committed after it will be seen.
    this.#dataVersion = dataVersionOf(connection);
    return { identity: connection.identity, seq: this.#log.bounds(connection).seq };
  }

  #schedule(): void {
    const { value: listener } = this.#listeners.values().next();
    const delayMs = this.#hasBell ? BEAT_MS : POLL_MS;
    this.#beat = listener?.clock.setTimer(() => this.#onBeat(), delayMs, true);
  }

  #onBeat(): void {
    const hasFound = this.#look();
    if (this.#hasRung) this.#unheard = 0;
    else if (hasFound && ++this.#unheard >= MOST_UNHEARD) this.#hasBell = false;
    this.#hasRung = false;
    this.#schedule();
  }

  #rung(): void {
    this.#hasRung = true;
    this.#look();
  }

  #lookSoon(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#look();
    });
  }

  /** Delivers what there is, and vouches when that was all; whether there was something from elsewhere. */
  #look(): boolean {
    if (this.#isReading || this.#listeners.size === 0 || this.#store.isClosed) return false;
    this.#isReading = true;
    try {
      const asOf = [...this.#listeners].map((listener) => [listener, listener.clock.now()] as const);
      const { isComplete, hasFound } = this.#store.read(() => this.#read(this.#store.checkedConnection()));
      if (isComplete) for (const [listener, time] of asOf) this.#vouch(listener, time);
      else this.#lookSoon();
      return hasFound;
    } catch {
      // Nothing is vouched for until it can be read again.
      return false;
    } finally {
      this.#isReading = false;
    }
  }

  #read(connection: Connection): { isComplete: boolean; hasFound: boolean } {
    if (this.#position?.identity !== connection.identity) {
      if (this.#position !== undefined) this.#lose('the database is another');
      this.#position = this.#begin(connection);
      this.#listen();
      return { isComplete: true, hasFound: false };
    }
    const version = dataVersionOf(connection);
    const hasFound = version !== this.#dataVersion;
    const changes = hasFound || this.#isBehind ? this.#next(connection, this.#position) : this.#nextOwn(this.#position);
    this.#deliver(changes);
    if (!this.#isBehind) this.#dataVersion = version;
    return { isComplete: !this.#isBehind, hasFound };
  }

  /** What comes next of others and of this store, in the order of the commits. */
  #next(connection: Connection, position: Position): Change[] {
    const { seq, trimmed } = this.#log.bounds(connection);
    if (trimmed > position.seq) {
      this.#lose('more was published than is kept', position);
      position.seq = trimmed;
    }
    const changes = this.#log.read(connection, position.seq, this.#origin, BATCH);
    this.#isBehind = changes.length === BATCH;
    position.seq = this.#isBehind ? changes.at(-1)!.id : Math.max(seq, changes.at(-1)?.id ?? 0);
    const ripe = this.#isBehind ? this.#own.findIndex(({ id }) => id > position.seq) : -1;
    const own = this.#own.splice(0, ripe < 0 ? this.#own.length : ripe);
    return own.length === 0 ? changes : [...changes, ...own].sort((a, b) => a.id - b.id);
  }

  /** What this store alone has committed since: nothing of others can be missing before it. */
  #nextOwn(position: Position): Change[] {
    const own = this.#own.splice(0);
    position.seq = own.at(-1)?.id ?? position.seq;
    return own;
  }

  #deliver(changes: readonly Change[]): void {
    for (const { namespace, message } of changes) {
      // Nor is it known whose it was.
      if (message === undefined) this.#lose('a message could not be read', this.#position);
      else
        for (const listener of [...this.#listeners])
          if (listener.namespace === namespace) this.#tell(listener, message);
    }
  }

  #tell(listener: Listener, message: BusMessage): void {
    if (!this.#listeners.has(listener)) return;
    try {
      listener.receiver.receive(message);
    } catch {
      // It is one of several: the others hear what comes next, and this one that it missed something.
      listener.gap = 'a message could not be taken';
    }
  }

  #vouch(listener: Listener, asOf: number): void {
    if (!this.#listeners.has(listener)) return;
    const { gap } = listener;
    listener.gap = undefined;
    if (gap !== undefined) listener.receiver.gap(gap);
    listener.receiver.current(asOf);
  }

  /** Everybody is to be told that messages may have been lost. */
  #lose(reason: string, position?: Position): void {
    for (const listener of this.#listeners) listener.gap = reason;
    this.#position = position;
    if (position === undefined && this.#listeners.size > 0) this.#lookSoon();
  }
}

function dataVersionOf(connection: Connection): number {
  return connection.get<{ data_version: number }>('PRAGMA data_version')!.data_version;
}
