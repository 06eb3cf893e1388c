import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { physicalKey } from '@uno-cache/core/adapter';
import type { CorruptTarget } from '@uno-cache/core/testing';

/** The database that is in use in a directory. */
export function databaseIn(directory: string): string {
  const name = readdirSync(directory).find((each) => /^cache-v1-\d+\.db$/.test(each));
  if (name === undefined) throw new Error(`no database in ${directory}`);
  return join(directory, name);
}

/** Spoils the bytes of an entry, as another program or a bad disk might. */
export function corruptRow(
  directoryOf: (context: { namespace: string }) => string,
): (target: CorruptTarget) => boolean {
  return (target) => {
    const database = new DatabaseSync(databaseIn(directoryOf(target)));
    try {
      const key = physicalKey(target, target.key);
      const row = database.prepare('SELECT bytes FROM entries WHERE key = ?').get(key) as { bytes: Uint8Array };
      database.prepare('UPDATE entries SET bytes = ? WHERE key = ?').run(spoiled(row.bytes, target.kind), key);
      return true;
    } finally {
      database.close();
    }
  };
}

function spoiled(bytes: Uint8Array, kind: CorruptTarget['kind']): Uint8Array {
  switch (kind) {
    case 'truncated':
      return bytes.slice(0, Math.floor(bytes.length / 2));
    case 'foreign':
      return new TextEncoder().encode('{"not":"ours"}'.repeat(20));
    case 'empty':
      return new Uint8Array(0);
    case 'flipped':
      bytes[bytes.length - 3]! ^= 4;
      return bytes;
  }
}
