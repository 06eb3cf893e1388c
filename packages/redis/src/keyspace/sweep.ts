import { CacheError } from '@uno-cache/core';
import {
  compileGlob,
  ENTRY_HEADER_BYTES,
  entryFlags,
  entryLayout,
  escapeGlob,
  isLiteral,
  literalPrefix,
  versionPrefix,
} from '@uno-cache/core/adapter';
import type { Redis } from 'ioredis';
import { readSlotLayout } from '../connection/slot-layout.ts';
import { deleteManyScript } from '../scripts/entry-scripts.ts';
import type { KeyspaceContext } from './keyspace-context.ts';

/** What one SCAN looks at: some tenths of a millisecond of the server's time. */
const SCAN_COUNT = 1_000;
/** Rounds while slots move: a key is missed only if it moves in each of them. */
const MAX_ROUNDS = 5;

/** What goes through all the keys of one keyspace, on every master: patterns, clear and lists. */
export class Sweep {
  readonly #context: KeyspaceContext;
  /** What every key of the keyspace begins with. */
  readonly #entries: string;
  readonly #versions: string;

  readonly #format: 'entry' | 'raw';

  constructor(context: KeyspaceContext, format: 'entry' | 'raw' = 'entry') {
    this.#format = format;
    this.#context = context;
    this.#entries = context.prefix + context.start;
    this.#versions = context.prefix + versionPrefix(context.scope);
  }

  async deletePattern(pattern: string): Promise<void> {
    const matches = compileGlob(pattern);
    const { connection } = this.#context;
    if (isLiteral(pattern)) {
      await connection.inTime(connection.script(deleteManyScript, [this.#entries + literalPrefix(pattern)], []));
      return;
    }
    const begin = this.#entries.length;
    await this.#delete(this.#entries, wider(pattern), (name) => matches(name.slice(begin)));
  }

  async clear(): Promise<void> {
    await this.#delete(this.#entries, '*', () => true);
    await this.#delete(this.#versions, '*', () => true);
  }

  async *keys(pattern: string): AsyncGenerator<string> {
    const matches = compileGlob(pattern);
    const begin = this.#entries.length;
    const seen = new Set<string>();
    for (const server of await this.#context.connection.masters()) {
      for await (const names of this.#scan(server, escapeGlob(this.#entries) + wider(pattern))) {
        const wanted = names.filter(
          (name) => name.startsWith(this.#entries) && matches(name.slice(begin)) && !seen.has(name),
        );
        // What stands there raw is a key's value, whatever it is.
        const heads = this.#format === 'raw' ? undefined : await this.#heads(server, wanted);
        for (const [index, name] of wanted.entries()) {
          if (seen.has(name)) continue;
          if (heads !== undefined && !isThere(heads[index], this.#context.time.toServer(this.#context.time.now())))
            continue;
          seen.add(name);
          yield name.slice(begin);
        }
      }
    }
  }

  /**
   * What was there when it began is gone when it is done, also what moved from one master to another meanwhile: that is on
   * its new one when the first round ends.
   *
   * @throws CacheError when a server, or one that has just taken over, was not gone through.
   */
  async #delete(start: string, glob: string, matches: (name: string) => boolean): Promise<void> {
    const { connection } = this.#context;
    if (!connection.isCluster) return this.#sweep(await connection.masters(), start, glob, matches);
    let before = await readSlotLayout(connection);
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      await this.#sweep(before.masters, start, glob, matches);
      const after = await readSlotLayout(connection);
      const isSettled = before.text === after.text && (round > 1 || !after.isMoving);
      if (isSettled) return;
      before = after;
      await connection.learnMasters();
    }
  }

  /** A SCAN of each master. */
  async #sweep(
    masters: readonly Redis[],
    start: string,
    glob: string,
    matches: (name: string) => boolean,
  ): Promise<void> {
    const sweepOne = async (server: Redis): Promise<void> => {
      for await (const names of this.#scan(server, escapeGlob(start) + glob)) {
        const doomed = names.filter((name) => name.startsWith(start) && matches(name));
        if (doomed.length > 0) await this.#unlink(server, doomed);
      }
    };
    await Promise.all(masters.map(sweepOne));
  }

  /** Wakes who waits for a lease among them. */
  async #unlink(server: Redis, names: readonly string[]): Promise<void> {
    const { connection } = this.#context;
    if (!connection.isCluster) {
      await connection.inTime(connection.script(deleteManyScript, names, []));
      return;
    }
    // One by one: the keys of a node are of many slots. What has just moved is found by whoever follows redirections.
    const pipeline = server.pipeline().script('LOAD', deleteManyScript.source);
    for (const name of names) pipeline.evalsha(deleteManyScript.sha, 1, name);
    const [, ...answers] = (await connection.inTime(pipeline.exec())) ?? [];
    const moved = names.filter((_, index) => answers[index] === undefined || answers[index]![0] !== null);
    await Promise.all(moved.map((name) => connection.inTime(connection.script(deleteManyScript, [name], []))));
  }

  /** @throws CacheError `TIER_FAILED` when the connection breaks, for a cursor means nothing to another server. */
  async *#scan(server: Redis, match: string): AsyncGenerator<readonly string[]> {
    const { connection } = this.#context;
    let cursor = '0';
    let stream: unknown;
    do {
      const [next, names] = await connection.inTime(server.scan(cursor, 'MATCH', match, 'COUNT', SCAN_COUNT));
      // A client of the application's sends again what was not answered.
      stream ??= server.stream;
      if (server.stream !== stream) throw new CacheError('TIER_FAILED', 'Redis: the connection broke during a SCAN.');
      cursor = next;
      if (names.length > 0) yield names;
    } while (cursor !== '0');
  }

  async #heads(server: Redis, names: readonly string[]): Promise<(Buffer | undefined)[]> {
    if (names.length === 0) return [];
    const pipeline = server.pipeline();
    for (const name of names) pipeline.getrangeBuffer(name, 0, ENTRY_HEADER_BYTES - 1);
    const answers = (await this.#context.connection.inTime(pipeline.exec())) ?? [];
    return answers.map(([error, head]) => (error === null ? (head as Buffer) : undefined));
  }
}

/** Whether a header is that of an entry whose time has not come. */
function isThere(head: Buffer | undefined, now: number): boolean {
  if (head === undefined || head.length < ENTRY_HEADER_BYTES || head.toString('latin1', 0, 4) !== 'UNOC') return false;
  if ((head[entryLayout.flags]! & entryFlags.marker) !== 0) return false;
  return now < head.readDoubleLE(entryLayout.freshUntil) + head.readDoubleLE(entryLayout.usableMs);
}

/**
 * A glob that matches at least what the pattern does, for the server: what both read alike, and at most one star. Our `?`
 * is a code point and Redis' a byte, and a server's matching of many stars takes too long.
 */
function wider(pattern: string): string {
  if (isLiteral(pattern)) return escapeGlob(literalPrefix(pattern));
  const tail = /[[\\]/.test(pattern) ? '' : (/[^*?]*$/.exec(pattern)?.[0] ?? '');
  return `${escapeGlob(literalPrefix(pattern))}*${escapeGlob(tail)}`;
}
