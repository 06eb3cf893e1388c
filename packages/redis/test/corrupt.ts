import { physicalKey } from '@uno-cache/core/adapter';
import type { CorruptTarget } from '@uno-cache/core/testing';
import type { Cluster, Redis } from 'ioredis';

const SPOILED: Readonly<Record<CorruptTarget['kind'], (bytes: Buffer) => Buffer>> = {
  truncated: (bytes) => bytes.subarray(0, -3),
  foreign: () => Buffer.from(`<!doctype html><title>502</title>${' '.repeat(200)}`),
  flipped: (bytes) => Buffer.from(bytes.map((byte, index) => (index === bytes.length - 10 ? byte ^ 4 : byte))),
  empty: () => Buffer.alloc(0),
};

/** What the suite asks for to spoil bytes on a server. */
export function corruptWith(admin: Redis | Cluster): (target: CorruptTarget) => Promise<boolean> {
  return async ({ namespace, region, key, kind }) => {
    const name = physicalKey({ namespace, region }, key);
    const bytes = await admin.getBuffer(name);
    if (bytes === null) return false;
    await admin.set(name, SPOILED[kind](bytes));
    return true;
  };
}
