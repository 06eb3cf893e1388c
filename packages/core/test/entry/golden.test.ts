import { expect, it } from 'vitest';
import { decodeEntry, encodeEntry, encodeMarker, inspectEntry, taggedJson } from '../../src/adapter/index.ts';
import golden from './golden/v1.json' with { type: 'json' };
import type { GoldenEntry } from './golden-entries.ts';
import { goldenEntries } from './golden-entries.ts';

const cases = Object.entries(goldenEntries);

it('has bytes for every golden entry and nothing else', () => {
  expect(Object.keys(golden).sort()).toEqual(Object.keys(goldenEntries).sort());
});

it.each(cases)('reads the bytes of format version 1: %s', (name, { key, entry, lease }) => {
  const bytes = bytesOf(name);
  expect(decodeEntry(bytes, key, taggedJson)).toStrictEqual(entry);
  expect(inspectEntry(bytes).lease).toStrictEqual(lease);
  expect(inspectEntry(bytes).marker).toBe(entry === undefined);
});

it.each(cases)('writes the same bytes: %s', (name, item) => {
  expect(Buffer.from(encode(item)).toString('hex')).toBe(Buffer.from(bytesOf(name)).toString('hex'));
});

function bytesOf(name: string): Uint8Array {
  return Buffer.from(golden[name as keyof typeof golden].join(''), 'hex');
}

function encode({ key, entry, lease }: GoldenEntry): Uint8Array {
  return entry === undefined ? encodeMarker(key, lease!) : encodeEntry(key, entry, undefined, taggedJson, lease);
}
