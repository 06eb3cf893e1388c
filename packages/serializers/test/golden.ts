import { readFileSync } from 'node:fs';
import type { Serializer } from '@uno-cache/core';
import { taggedJson } from '@uno-cache/core';
import { compressed, encrypted, json, msgpack, protobuf, v8 } from '../src/index.ts';
import { goldenJson, goldenUser, goldenValue } from './golden-value.ts';
import { User } from './shop-message.ts';

/** Bytes that were written once under `shop::user:42`, in `golden/<name>.hex`. Never changed, only added to. */
export interface Golden {
  readonly name: string;
  readonly serializer: Serializer;
  readonly bytes: Uint8Array;
  /** What they hold. */
  make(): unknown;
}

const secret = new Uint8Array(32).fill(7);
const three = (): unknown => [goldenValue(), goldenValue(), goldenValue()];

export const goldens: readonly Golden[] = [
  golden('json', json(), goldenJson),
  golden('msgpack', msgpack(), goldenValue),
  golden('v8', v8(), goldenValue),
  golden('protobuf', protobuf(User), goldenUser),
  golden('zstd', compressed(taggedJson, { algorithm: 'zstd' }), three),
  golden('brotli', compressed(taggedJson, { algorithm: 'brotli' }), three),
  golden('gzip', compressed(taggedJson, { algorithm: 'gzip' }), three),
  golden('deflate', compressed(taggedJson, { algorithm: 'deflate' }), three),
  golden('stored', compressed(taggedJson), goldenValue),
  golden('encrypted', encrypted(taggedJson, { keys: [{ id: '2026-11', key: secret }] }), goldenValue),
  golden('fingerprinted', encrypted(taggedJson, { keys: [secret] }), goldenValue),
];

function golden(name: string, serializer: Serializer, make: () => unknown): Golden {
  const text = readFileSync(new URL(`golden/${name}.hex`, import.meta.url), 'utf8');
  return { name, serializer, make, bytes: new Uint8Array(Buffer.from(text.replaceAll('\n', ''), 'hex')) };
}
