import type { Versions } from '@uno-cache/core';
import { randomVersion, versionKey } from '@uno-cache/core/adapter';
import { bySlot } from '../connection/key-slot.ts';
import { refused } from '../connection/server-error.ts';
import { orOneByOne } from '../connection/try-again.ts';
import { ensureScript, renewVersionsScript } from '../scripts/version-scripts.ts';
import { ttlText } from './entry-bytes.ts';
import type { KeyspaceContext } from './keyspace-context.ts';
import type { RecentChanges } from './recent-changes.ts';

/** A version that is asked for has to last until it has been used. */
const LEAST_MS = 1_000;

/** The versions of one keyspace's tags: a key each, beside the entries. */
export class RedisVersions implements Versions {
  readonly #context: KeyspaceContext;

  readonly #recent: RecentChanges;

  constructor(context: KeyspaceContext, recent: RecentChanges) {
    this.#context = context;
    this.#recent = recent;
  }

  async read(names: readonly string[], _now: number): Promise<(string | undefined)[]> {
    const found = await this.#context.reads.readMany(this.#keysOf(names));
    return found.map((bytes) => (bytes === null || bytes.length === 0 ? undefined : bytes.toString()));
  }

  async ensure(names: readonly string[], until: number, now: number): Promise<string[]> {
    const { connection } = this.#context;
    const keys = this.#keysOf(names);
    const ttl = ttlText(Math.max(until - now, LEAST_MS));
    const versions: string[] = new Array(names.length).fill('');
    const groups = keys.length === 0 ? [] : connection.isCluster ? bySlot(keys) : [keys.map((_, index) => index)];
    const answers = groups.map(async (positions) => {
      const wanted = positions.map((position) => keys[position]!);
      const there = await orOneByOne(wanted, async (some) => {
        const args = [ttl, ...some.map(() => randomVersion())];
        try {
          return (await connection.script(ensureScript, some, args)) as Buffer[];
        } catch (error) {
          throw refused(error);
        }
      });
      positions.forEach((position, index) => {
        versions[position] = String(there[index]);
      });
    });
    await Promise.all(answers);
    return versions;
  }

  /** In one step on one server. In a cluster one after the other, so that the order holds. */
  async renew(pairs: readonly (readonly [name: string, version: string])[], _now: number): Promise<void> {
    const { connection } = this.#context;
    const keys = this.#keysOf(pairs.map(([name]) => name));
    const groups =
      keys.length === 0 ? [] : connection.isCluster ? keys.map((_, index) => [index]) : [keys.map((_, index) => index)];
    for (const positions of groups) {
      await connection.script(
        renewVersionsScript,
        positions.map((position) => keys[position]!),
        positions.map((position) => pairs[position]![1]),
      );
    }
    this.#recent.note({ kind: 'tags', tags: pairs });
  }

  #keysOf(names: readonly string[]): string[] {
    const { prefix, scope } = this.#context;
    return names.map((name) => prefix + versionKey(scope, name));
  }
}
