import type { BusReceiver, Clock } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import type { Client, ClientSource } from '../connection/client-source.ts';
import { inTime } from '../connection/in-time.ts';
import { Readiness } from '../connection/readiness.ts';
import { runScript } from '../connection/run-script.ts';
import { decodeMessage, UNREADABLE } from './stream-message.ts';
import { joinScript, resumeScript } from './stream-scripts.ts';
import type { Listener } from './stream-state.ts';
import { StreamState } from './stream-state.ts';

/** How long a read waits for messages: briefly after there were some, then twice as long each time. */
const FIRST_BLOCK_MS = 16;
const LAST_BLOCK_MS = 512;
/** Messages of one read; after as many the next one follows before anything is vouched for. */
const COUNT = 1_000;
/** Who could not connect for longer than this may have missed a stream that came and went. */
const LONGEST_JOIN_MS = 10_000;
const FIRST_RETRY_MS = 20;
const LAST_RETRY_MS = 1_000;

type Entries = readonly (readonly [id: string, fields: readonly string[]])[];
type Found = readonly (readonly [key: string, entries: Entries])[] | null;

/**
 * Reads the streams of all namespaces on one connection that nothing else uses. Each read first looks whether the last id
 * that was read is still there: if not, entries may be missing (a flush, a trim, a failover that lost them), and every
 * listener is told before anything is vouched for again.
 */
export class StreamReader {
  readonly #source: ClientSource;
  readonly #timeoutMs: number;
  readonly #streams = new Map<string, StreamState>();
  #client: Client | undefined;
  #readiness: Readiness | undefined;
  #running = false;
  #closed = false;
  #isBlocked = false;
  /** Who waits until something has been read that is not older than an id. */
  readonly #probes = new Set<{
    readonly key: string;
    readonly id: string;
    resolve(): void;
    reject(error: Error): void;
  }>();
  #wakeUp: (() => void) | undefined;

  constructor(source: ClientSource, timeoutMs: number) {
    this.#source = source;
    this.#timeoutMs = timeoutMs;
  }

  /** The streams that are read. */
  get keys(): string[] {
    return [...this.#streams.keys()];
  }

  /** Whether a read waits for messages, so that a stream that is added now is not heard before it ends. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** @returns what ends it. */
  listen(key: string, receiver: BusReceiver, clock: Clock): () => void {
    const stream = this.#streams.get(key) ?? new StreamState(key);
    const listener: Listener = { receiver, clock, askedAt: 0, doubt: undefined };
    stream.listeners.add(listener);
    this.#streams.set(key, stream);
    if (!this.#running && !this.#closed) void this.#run();
    return () => {
      stream.listeners.delete(listener);
      if (stream.listeners.size === 0 && this.#streams.get(key) === stream) this.#streams.delete(key);
    };
  }

  /** Resolves when the entry, or a later one, has been read. */
  reached(key: string, id: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const stream = this.#streams.get(key);
      if (this.#closed || stream === undefined || !isOlder(stream.lastId, id)) return resolve();
      const timer = setTimeout(
        () => probe.reject(new CacheError('TIMEOUT', 'The bus does not hear itself.')),
        this.#timeoutMs,
      );
      const settle = (): void => {
        clearTimeout(timer);
        this.#probes.delete(probe);
      };
      const probe = {
        key,
        id,
        resolve: () => {
          settle();
          resolve();
        },
        reject: (error: Error) => {
          settle();
          reject(error);
        },
      };
      this.#probes.add(probe);
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#streams.clear();
    for (const probe of [...this.#probes]) probe.reject(new CacheError('CLOSED', 'The bus has been closed.'));
    this.#readiness?.close(new CacheError('CLOSED', 'The bus has been closed.'));
    this.#client?.disconnect();
    this.#wakeUp?.();
  }

  async #run(): Promise<void> {
    this.#running = true;
    let blockMs = FIRST_BLOCK_MS;
    let retryMs = FIRST_RETRY_MS;
    while (!this.#closed && this.#streams.size > 0) {
      try {
        const count = await this.#readOnce(blockMs);
        blockMs = count > 0 ? FIRST_BLOCK_MS : Math.min(2 * blockMs, LAST_BLOCK_MS);
        retryMs = FIRST_RETRY_MS;
      } catch {
        // Nothing is vouched for meanwhile; the next read that succeeds tells what was missed.
        for (const probe of [...this.#probes]) probe.reject(new CacheError('BUS_FAILED', 'The bus is interrupted.'));
        await this.#sleep(retryMs);
        retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
        blockMs = FIRST_BLOCK_MS;
      }
    }
    this.#running = false;
    if (!this.#closed) this.#disconnect();
  }

  /** → how many messages came. */
  async #readOnce(blockMs: number): Promise<number> {
    const client = await this.#connected();
    const streams = [...this.#streams.values()];
    for (const stream of streams) stream.begin();
    const fresh = streams.filter(({ lastId }) => lastId === '');
    // Where to begin has to be known before reading can.
    for (const stream of fresh) await this.#inTime(this.#begin(client, stream), 0);
    const resumed = this.#resume(client, streams);
    this.#isBlocked = true;
    const read = client.xread(
      'COUNT',
      COUNT,
      'BLOCK',
      blockMs,
      'STREAMS',
      ...streams.map(({ key }) => key),
      ...streams.map(({ lastId }) => lastId),
    );
    try {
      const [, found] = await this.#inTime(Promise.all([resumed, read]), blockMs);
      if (this.#closed) return 0;
      return this.#take(streams, found as Found);
    } finally {
      this.#isBlocked = false;
    }
  }

  #take(streams: readonly StreamState[], found: Found): number {
    const entriesOf = new Map(found);
    let count = 0;
    for (const stream of streams) {
      const entries = entriesOf.get(stream.key) ?? [];
      stream.idBefore = stream.lastId;
      for (const [id, fields] of entries) {
        // After a gap reading goes on from the newest entry, which may be later than what came with this read.
        if (!isOlder(stream.lastId, id)) continue;
        stream.lastId = id;
        receive(stream, fields);
      }
      stream.tellDoubts();
      count += entries.length;
      if (entries.length < COUNT) stream.vouch();
    }
    for (const { key, id, resolve } of [...this.#probes]) {
      const stream = this.#streams.get(key);
      if (stream === undefined || !isOlder(stream.lastId, id)) resolve();
    }
    return count;
  }

  /** Finds where to begin: with what was published when the first listener came, where that is there still. */
  async #begin(client: Client, stream: StreamState): Promise<void> {
    // The script runs later than this moment, by at most the time that its answer may take.
    const since = Math.ceil(performance.now() - stream.joinedAt) + this.#timeoutMs;
    const answer = await runScript(client, joinScript, [stream.key], [since]);
    const [id, missed, fields] = answer as [Buffer, number, Buffer[] | undefined];
    stream.lastId = String(id);
    if (missed === 1 || since > LONGEST_JOIN_MS) stream.doubt('the bus was joined before it was connected');
    if (fields !== undefined) receive(stream, fields.map(String));
  }

  /** Looks whether the last ids are still there, and tells of what may have been missed. */
  async #resume(client: Client, streams: readonly StreamState[]): Promise<void> {
    const keys = streams.map(({ key }) => key);
    const ids = streams.map(({ lastId }) => lastId);
    const pairs = streams.flatMap(({ lastId, idBefore }) => [lastId, idBefore]);
    const answers = ((await runScript(client, resumeScript, keys, pairs)) as Buffer[]).map(String);
    for (const [index, stream] of streams.entries()) {
      const newest = answers[index]!;
      if (newest !== '') {
        if (ids[index] !== '') stream.doubt('entries of the stream are missing');
        stream.lastId = newest;
        stream.idBefore = '';
      }
      stream.tellDoubts();
    }
  }

  async #connected(): Promise<Client> {
    if (this.#client === undefined) {
      const client = this.#source.openDedicated();
      this.#client = client;
      this.#readiness = new Readiness(client, this.#timeoutMs);
      client.connect().catch(() => {});
    }
    if (this.#client.status !== 'ready') await this.#readiness!.wait();
    return this.#client;
  }

  /** A connection that does not answer in time is taken for dead: a read that never returns would be silence for ever. */
  #inTime<T>(answer: Promise<T>, blockMs: number): Promise<T> {
    return inTime(answer, blockMs + this.#timeoutMs, () => this.#disconnect());
  }

  #disconnect(): void {
    const client = this.#client;
    this.#client = undefined;
    this.#readiness?.close(new CacheError('BUS_FAILED', 'The connection was given up.'));
    client?.disconnect();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function receive(stream: StreamState, fields: readonly string[]): void {
  const message = decodeMessage(fields);
  if (message === UNREADABLE) stream.doubt('a message could not be read');
  else if (message !== undefined) stream.receive(message);
}

/** Whether an id of a stream is older than another. */
function isOlder(id: string, other: string): boolean {
  const [ms = 0, sequence = 0] = id.split('-').map(Number);
  const [otherMs = 0, otherSequence = 0] = other.split('-').map(Number);
  return ms < otherMs || (ms === otherMs && sequence < otherSequence);
}
