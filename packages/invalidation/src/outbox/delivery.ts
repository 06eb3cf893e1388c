import type { EventSink } from '../sources/event-sink.ts';
import { isHopeless, notConfirmed } from '../sources/event-sink.ts';
import type { OutboxRow, OutboxStore } from './outbox-store.ts';

export interface DeliveryOptions {
  /** How many events are read at once. */
  readonly batchSize: number;
  /** Asked before each event: whether this is still the one to deliver. */
  readonly hasTurn: () => Promise<boolean>;
  /** Hears of an event that can never be delivered. */
  readonly gaveUp: (error: Error, row: OutboxRow) => void;
}

/**
 * Walks through the events of an outbox. One that a tier has not confirmed stays, and so does what comes after it; but
 * that is tried, since the other tiers need not wait.
 */
export class Delivery {
  readonly #store: OutboxStore;
  readonly #sink: EventSink;
  readonly #options: DeliveryOptions;
  /** Up to here everything has been tried behind an event that was not confirmed; again only when that one is. */
  #triedTo = 0;

  constructor(store: OutboxStore, sink: EventSink, options: DeliveryOptions) {
    this.#store = store;
    this.#sink = sink;
    this.#options = options;
  }

  /**
   * Delivers what there is, from the oldest on.
   *
   * @returns how many events were delivered or given up.
   * @throws What the database or the sink threw, at once; for the first event that was not confirmed, when the others
   * have been tried.
   */
  async run(): Promise<number> {
    const walk: Walk = { count: 0, after: 0, heldBy: undefined };
    for (;;) {
      const rows = await this.#store.read(this.#options.batchSize, walk.after);
      const isOver = await this.#deliver(rows, walk);
      if (isOver || rows.length < this.#options.batchSize) break;
    }
    if (walk.heldBy !== undefined) throw walk.heldBy;
    return walk.count;
  }

  /** Whether the turn is over. What has been delivered goes, whatever comes. */
  async #deliver(rows: readonly OutboxRow[], walk: Walk): Promise<boolean> {
    const delivered: number[] = [];
    try {
      for (const row of rows) {
        if (row.id <= walk.after) continue;
        if (!(await this.#options.hasTurn())) return true;
        const isDelivered = await this.#deliverOne(row, walk);
        walk.after = Math.max(walk.after, row.id);
        if (walk.heldBy !== undefined) this.#triedTo = Math.max(this.#triedTo, row.id);
        else if (isDelivered) delivered.push(row.id);
      }
      return false;
    } finally {
      if (delivered.length > 0) await this.#store.remove(delivered);
      walk.count += delivered.length;
    }
  }

  /** Whether all tiers have confirmed. */
  async #deliverOne(row: OutboxRow, walk: Walk): Promise<boolean> {
    try {
      const { deferred } = await this.#sink.handle([incoming(row)]);
      if (deferred.length === 0) return true;
      walk.heldBy ??= notConfirmed(row.event, deferred);
      walk.after = this.#triedTo;
    } catch (error) {
      if (!isHopeless(error)) throw error;
      await this.#giveUp(row, error, walk);
    }
    return false;
  }

  async #giveUp(row: OutboxRow, error: Error, walk: Walk): Promise<void> {
    await this.#store.giveUp(row.id, error.message);
    walk.count++;
    this.#options.gaveUp(error, row);
  }
}

interface Walk {
  /** Delivered or given up. */
  count: number;
  /** Events up to this id are behind it. */
  after: number;
  /** The first event that was not confirmed. */
  heldBy: Error | undefined;
}

/** @throws TypeError when the payload is no JSON. */
function incoming({ event, payload }: OutboxRow): { readonly event: string; readonly payload: unknown } {
  try {
    return { event, payload: payload === null ? undefined : JSON.parse(payload) };
  } catch (cause) {
    throw new TypeError(`the payload of "${event}" must be JSON`, { cause });
  }
}
