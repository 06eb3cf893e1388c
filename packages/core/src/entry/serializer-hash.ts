import type { Serializer } from '../ports/serializer.ts';
import { fnv1a } from './checksum.ts';

/** The ids that a serializer reads, by their hashes, its own first. */
const known = new WeakMap<Serializer, ReadonlyMap<number, string>>();

/** What stands for a serializer in the bytes of an entry: FNV-1a of its id. */
export function serializerHash(serializer: Serializer): number {
  const [hash] = idsOf(serializer).keys();
  return hash!;
}

/** The id that was written as the hash, when the serializer reads it: its own, or one that it accepts. */
export function writtenAs(serializer: Serializer, hash: number): string | undefined {
  return idsOf(serializer).get(hash);
}

function idsOf(serializer: Serializer): ReadonlyMap<number, string> {
  let ids = known.get(serializer);
  if (ids === undefined) {
    const byHash = new Map([[fnv1a(serializer.id), serializer.id]]);
    for (const id of serializer.accepts ?? []) {
      const hash = fnv1a(id);
      if (!byHash.has(hash)) byHash.set(hash, id);
    }
    ids = byHash;
    known.set(serializer, ids);
  }
  return ids;
}
