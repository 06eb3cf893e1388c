/*
 * What each serializer makes of three values that are cached: how large the bytes are, and how long they take to write
 * and to read, as ratios to the default serializer's. Less is better. Medians of the rounds, taken in turns.
 *
 *   npx -y pnpm@12.21.0 bench serializers
 *   npx -y pnpm@12.21.0 bench serializers 31      more rounds
 */
import type { Serializer } from '@uno-cache/core';
import { taggedJson } from '@uno-cache/core';
import { compressed, encrypted, json, msgpack, protobuf, v8 } from '@uno-cache/serializers';
import type { Contender, Timing } from '../rounds.ts';
import { timeInRounds } from '../rounds.ts';
import { messageType } from './messages.ts';
import type { Payload } from './payloads.ts';
import { payloads } from './payloads.ts';

const KEY = 'bench::key';
const BASE = 'default';
const rounds = Number(process.argv[2] ?? 11);
const keys = [new Uint8Array(32).fill(7)];

interface Candidate {
  readonly name: string;
  readonly serializer: Serializer;
  readonly value: unknown;
}

for (const payload of payloads) await compare(payload);

async function compare(payload: Payload): Promise<void> {
  const candidates = candidatesFor(payload);
  const sizes = candidates.map(({ serializer, value }) => serializer.encode(value, KEY).length);
  const timings = await timeInRounds(
    candidates.flatMap((candidate) => contenders(candidate, payload.operations)),
    rounds,
  );
  const ns = (name: string): number => timings.find((timing: Timing) => timing.name === name)?.ns ?? Number.NaN;
  const base = { size: sizes[0] ?? Number.NaN, write: ns(`${BASE} write`), read: ns(`${BASE} read`) };

  console.log(
    `\n${payload.name}; ${BASE}: ${base.size} bytes, write ${micros(base.write)}, read ${micros(base.read)}; ` +
      `median of ${rounds} rounds`,
  );
  console.log(row('× default', 'size', 'write', 'read'));
  for (const [index, { name }] of candidates.entries()) {
    const ratios = [
      (sizes[index] ?? Number.NaN) / base.size,
      ns(`${name} write`) / base.write,
      ns(`${name} read`) / base.read,
    ];
    console.log(row(name, ...ratios.map((ratio) => ratio.toFixed(2))));
  }
}

function candidatesFor({ value, fields, message }: Payload): readonly Candidate[] {
  const serializers: Readonly<Record<string, Serializer>> = {
    [BASE]: taggedJson,
    'json()': json(),
    'msgpack()': msgpack(),
    'v8()': v8(),
    ...Object.fromEntries(
      (['zstd', 'brotli', 'gzip', 'deflate'] as const).map((algorithm) => [
        `compressed(default, ${algorithm})`,
        compressed(taggedJson, { algorithm, threshold: 0 }),
      ]),
    ),
    'compressed(msgpack(), zstd)': compressed(msgpack(), { threshold: 0 }),
    'encrypted(default)': encrypted(taggedJson, { keys }),
    'encrypted(compressed(default, zstd))': encrypted(compressed(taggedJson, { threshold: 0 }), { keys }),
  };
  return [
    ...Object.entries(serializers).map(([name, serializer]) => ({ name, serializer, value })),
    { name: 'protobuf(type)', serializer: protobuf(messageType(message)), value: fields },
  ];
}

function contenders({ name, serializer, value }: Candidate, operations: number): readonly Contender[] {
  const bytes = serializer.encode(value, KEY);
  return [
    { name: `${name} write`, operations, run: () => repeat(operations, () => serializer.encode(value, KEY)) },
    { name: `${name} read`, operations, run: () => repeat(operations, () => serializer.decode(bytes, KEY)) },
  ];
}

function repeat(operations: number, run: () => unknown): void {
  for (let i = 0; i < operations; i++) run();
}

function row(name: string, ...cells: readonly string[]): string {
  return `  ${name.padEnd(38)}${cells.map((cell) => cell.padStart(8)).join('')}`;
}

function micros(ns: number): string {
  return `${(ns / 1_000).toFixed(1)} µs`;
}
