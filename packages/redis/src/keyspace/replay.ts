import { randomVersion } from '@uno-cache/core/adapter';
import type { KeyspaceContext, Replayed } from './keyspace-context.ts';
import type { Changes, RecentChanges } from './recent-changes.ts';
import type { RedisKeyspace } from './redis-keyspace.ts';

/** What is asked for at a time, and has to be answered in the time of a command: in a cluster tags go one by one. */
const KEYS = 1_000;
const TAGS = 100;
const FIRST_RETRY_MS = 20;
const LAST_RETRY_MS = 1_000;

/**
 * Makes the last changes again on a server that may not know of them, as invalidations: whether a value that was set is the
 * one that is there cannot be told, and a miss is never wrong. Then every process is told, for near tiers may have copied
 * meanwhile what the new server had. It is owed until it has succeeded: a failover seldom breaks but one connection.
 */
export class Replay {
  readonly #space: RedisKeyspace;
  readonly #recent: RecentChanges;
  readonly #context: KeyspaceContext;
  #isOwed = false;
  #isRunning = false;
  #closed = false;
  #wakeUp: (() => void) | undefined;

  constructor(space: RedisKeyspace, recent: RecentChanges, context: KeyspaceContext) {
    this.#space = space;
    this.#recent = recent;
    this.#context = context;
  }

  /** Another server has taken over. */
  begin(): void {
    this.#isOwed = true;
    this.#recent.hold();
    if (!this.#isRunning) void this.#run();
  }

  close(): void {
    this.#closed = true;
    this.#wakeUp?.();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let retryMs = FIRST_RETRY_MS;
    let isTold = false;
    while (this.#isOwed && !this.#closed) {
      this.#isOwed = false;
      try {
        await this.#make(this.#recent.list());
      } catch (error) {
        this.#isOwed = true;
        if (this.#closed) break;
        if (!isTold) this.#context.host.report({ kind: 'error', error, operation: 'replay' });
        isTold = true;
        await this.#sleep(retryMs);
        retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
      }
    }
    this.#isRunning = false;
    this.#recent.release();
  }

  async #make({ all, keys, patterns, tags }: Changes): Promise<void> {
    const { connection, time } = this.#context;
    const now = time.now();
    if (all) {
      await this.#space.clear(now);
      await this.#publish({ kind: 'clear' });
    }
    for (const batch of inBatches([...keys], KEYS)) {
      await connection.inTime(this.#space.deleteMany(batch, now));
      await this.#publish({ kind: 'delete', keys: batch });
    }
    for (const batch of inBatches([...tags.keys()], TAGS)) {
      // Those of then may have been invalidated by another process since.
      const renewal = batch.map((tag) => [tag, randomVersion()] as const);
      await connection.inTime(this.#space.versions.renew(renewal, now));
      await this.#publish({ kind: 'tags', tags: renewal });
    }
    for (const pattern of patterns) {
      await this.#space.deletePattern(pattern, now);
      await this.#publish({ kind: 'pattern', pattern });
    }
  }

  async #publish(message: Replayed): Promise<void> {
    await this.#context.connection.inTime(this.#context.publish(message));
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wakeUp = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(wakeUp, ms);
      this.#wakeUp = wakeUp;
    });
  }
}

function inBatches<T>(items: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let start = 0; start < items.length; start += size) batches.push(items.slice(start, start + size));
  return batches;
}
