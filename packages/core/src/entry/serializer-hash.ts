import type { Serializer } from '../ports/serializer.ts';
import { fnv1a } from './checksum.ts';

/** Own hash first, then those of the formats that it reads as well. */
const hashes = new WeakMap<Serializer, readonly number[]>();

/** What stands for a serializer in the bytes of an entry: FNV-1a of its id. */
export function serializerHash(serializer: Serializer): number {
  return hashesOf(serializer)[0]!;
}

/** Whether the serializer reads what was written under the hash: by itself, or by one that it accepts. */
export function reads(serializer: Serializer, hash: number): boolean {
  return hashesOf(serializer).includes(hash);
}

function hashesOf(serializer: Serializer): readonly number[] {
  let known = hashes.get(serializer);
  if (known === undefined) {
    known = [serializer.id, ...(serializer.accepts ?? [])].map(fnv1a);
    hashes.set(serializer, known);
  }
  return known;
}
