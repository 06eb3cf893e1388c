import type { Clock } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { BatchLanes, Deadlines, LATE } from '@uno-cache/core/adapter';
import type { Client } from '../connection/client-source.ts';
import type { Connection } from '../connection/connection.ts';
import { bySlot } from '../connection/key-slot.ts';
import { askForMany, inParts } from '../connection/many-keys.ts';
import { explained } from '../connection/server-error.ts';
import { orOneByOne } from '../connection/try-again.ts';

/** Keys of one MGET: a longer one would keep the server from answering others. */
const MAX_KEYS = 2_000;

/** One read that waits for its batch. */
export interface PendingRead {
  /** The key as the server has it. */
  readonly name: string;
  /** Takes the bytes under it; `null` when it is absent, or of another type than a string. */
  answered(bytes: Buffer | null): void;
  failed(error: unknown): void;
}

/** Turns the reads of one turn of the event loop into one MGET, or one for each cluster slot, with one deadline. */
export class ReadBatch {
  readonly #connection: Connection;
  readonly #deadlines: Deadlines;
  readonly #lanes = new BatchLanes(setImmediate);
  #reads: PendingRead[] = [];
  readonly #flush = (): void => {
    const reads = this.#reads;
    this.#reads = [];
    const client = this.#connection.now;
    if (!this.#connection.isCluster && reads.length <= MAX_KEYS) this.#ask(client, reads);
    else for (const part of partsBySlot(reads, this.#connection.isCluster)) this.#ask(client, part);
  };

  /** @param clock - what deadlines go by. */
  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#deadlines = new Deadlines(clock, connection.timeoutMs, true);
  }

  /** The read is answered, or fails, within the time-out of a command. */
  add(read: PendingRead): void {
    // Comes after all microtasks that are ready by now, so that the reads they make come along.
    if (this.#reads.push(read) === 1) process.nextTick(this.#flush);
  }

  /** The bytes under each of the keys, in their order. */
  readMany(keys: readonly string[]): Promise<readonly (Buffer | null)[]> {
    return askForMany(this.#connection, keys, MAX_KEYS, (some) =>
      this.#connection.send((client) => client.mgetBuffer([...some])),
    );
  }

  close(): void {
    this.#deadlines.close();
  }

  /** What one node cannot answer is no reason for the others' keys to fail. */
  #ask(client: Client | undefined, reads: readonly PendingRead[]): void {
    const names = reads.map(({ name }) => name);
    this.#lanes.sent();
    const asked = client === undefined ? this.#askLater(names) : mgetOfSlot(client, names);
    const failed = (error: unknown): void => {
      this.#lanes.failed();
      for (const read of reads) read.failed(explained(error));
    };
    this.#deadlines.watch(asked).then((values) => {
      if (values === LATE)
        failed(new CacheError('TIMEOUT', `Redis did not answer within ${this.#connection.timeoutMs} ms.`));
      else this.#lanes.answer(reads.length, (index) => reads[index]!.answered(values[index] ?? null));
    }, failed);
  }

  async #askLater(names: readonly string[]): Promise<readonly (Buffer | null)[]> {
    return mgetOfSlot(await this.#connection.ready(), names);
  }
}

/** The bytes under keys of one slot, where there are slots. */
function mgetOfSlot(client: Client, names: readonly string[]): Promise<readonly (Buffer | null)[]> {
  if (client.isCluster) return orOneByOne(names, (some) => client.mgetBuffer([...some]));
  return client.mgetBuffer(names as string[]);
}

function partsBySlot(reads: readonly PendingRead[], isCluster: boolean): (readonly PendingRead[])[] {
  if (!isCluster) return inParts(reads, MAX_KEYS);
  const slots = bySlot(reads.map(({ name }) => name));
  return slots.flatMap((positions) =>
    inParts(positions, MAX_KEYS).map((part) => part.map((position) => reads[position]!)),
  );
}
