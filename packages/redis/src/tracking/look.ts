import { entryFlags, entryLayout } from '@uno-cache/core/adapter';
import type { Connection } from '../connection/connection.ts';
import { askForMany } from '../connection/many-keys.ts';
import { rawVersion } from '../keyspace/raw-version.ts';
import { headsScript } from '../scripts/tracking-scripts.ts';

const HEADER_BYTES = entryLayout.tags;
/** Names of one script: a longer one would keep the server from answering others. */
const MAX_NAMES = 500;

/** What stood under a name. */
export interface Head {
  /** No more than an entry's header; empty where there is no string. */
  readonly bytes: Buffer;
  /** When, in microseconds by the server's clock. */
  readonly at: number;
}

export async function readHeads(connection: Connection, names: readonly string[]): Promise<readonly Head[]> {
  return askForMany(connection, names, MAX_NAMES, async (some) => {
    const answer = await connection.inTime(connection.script(headsScript, some, [HEADER_BYTES - 1]));
    const [at, ...heads] = answer as [number, ...Buffer[]];
    return heads.map((bytes): Head => ({ bytes, at }));
  });
}

/**
 * The versions under which tiers know what stands under the names: those of entries; of bytes without a header the one that
 * `format: 'raw'` gives them, which says nothing of time; 0 where no entry stands.
 */
export async function readVersions(
  connection: Connection,
  names: readonly string[],
): Promise<readonly { readonly version: number; readonly at: number }[]> {
  const heads = await readHeads(connection, names);
  return Promise.all(
    heads.map(async ({ bytes, at }, index) => {
      const version = versionOf(bytes);
      if (version !== undefined) return { version, at };
      const [whole] = await connection.inTime(connection.send((client) => client.mgetBuffer(names[index]!)));
      return { version: whole == null ? 0 : rawVersion(whole), at: Infinity };
    }),
  );
}

/** `undefined` for bytes that are not an entry's. */
function versionOf(head: Buffer): number | undefined {
  if (head.length === 0) return 0;
  if (head.length < HEADER_BYTES || head.toString('latin1', 0, entryLayout.formatVersion) !== 'UNOC') return undefined;
  if ((head[entryLayout.flags]! & entryFlags.marker) !== 0) return 0;
  return head.readDoubleLE(entryLayout.version);
}
