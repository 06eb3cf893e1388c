import type { Versions } from '@uno-cache/core';
import { randomVersion, versionKey } from '@uno-cache/core/adapter';
import { askForMany, inParts } from '../connection/many-keys.ts';
import { refused } from '../connection/server-error.ts';
import { ensureScript, renewVersionsScript } from '../scripts/version-scripts.ts';
import { ttlText } from './entry-bytes.ts';
import type { KeyspaceContext } from './keyspace-context.ts';
import type { RecentChanges } from './recent-changes.ts';

/** A version that is asked for has to last until it has been used. */
const LEAST_MS = 1_000;
/** Names of one script: a longer one would keep the server from answering others. */
const MAX_KEYS = 1_000;

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
    const answers = await askForMany(connection, keys, MAX_KEYS, async (some) => {
      try {
        const versions = [ttl, ...some.map(() => randomVersion())];
        return (await connection.script(ensureScript, some, versions)) as Buffer[];
      } catch (error) {
        throw refused(error);
      }
    });
    return answers.map(String);
  }

  /** In one step on one server, unless they are very many. In a cluster one after the other, so that the order holds. */
  async renew(pairs: readonly (readonly [name: string, version: string])[], _now: number): Promise<void> {
    const { connection } = this.#context;
    for (const part of inParts(pairs, connection.isCluster ? 1 : MAX_KEYS)) {
      const keys = this.#keysOf(part.map(([name]) => name));
      await connection.script(
        renewVersionsScript,
        keys,
        part.map(([, version]) => version),
      );
    }
    this.#recent.note({ kind: 'tags', tags: pairs });
  }

  #keysOf(names: readonly string[]): string[] {
    const { prefix, scope } = this.#context;
    return names.map((name) => prefix + versionKey(scope, name));
  }
}
