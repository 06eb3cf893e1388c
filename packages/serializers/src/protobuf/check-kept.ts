import { builtinKind, show, Unserializable } from '@uno-cache/core/adapter';
import { integer, isLong } from './plain-message.ts';

/**
 * Compares a value with what protobuf makes of it: a field that the message does not have, an integer that does not
 * fit, and a text or list in a field of bytes would be lost without a word.
 *
 * @throws Error naming the place.
 */
export function checkKept(value: object, plain: unknown): void {
  try {
    record(value, plain as Record<string, unknown>);
  } catch (error) {
    throw error instanceof Unserializable ? error.located() : error;
  }
}

function check(value: unknown, plain: unknown): void {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) number(value, plain);
  if (isForBytes(value, plain)) {
    if (ArrayBuffer.isView(value)) return;
    throw new Unserializable(`${show(value)}, and no Uint8Array`);
  }
  if (typeof value !== 'object' || value === null) return;
  if (isLong(value)) number(integer(value), plain);
  else if (Array.isArray(value)) array(value, plain as unknown[]);
  else record(value, plain as Record<string, unknown>);
}

/** A list that is taken for bytes is passed on; of every other there is a copy. */
function isForBytes(value: unknown, plain: unknown): boolean {
  return ArrayBuffer.isView(plain) || (Array.isArray(value) && value === plain);
}

function number(value: number | bigint, plain: unknown): void {
  // biome-ignore lint/suspicious/noDoubleEquals: 5 and 5n are the same integer
  if (value != plain) throw new Unserializable(`${show(value)}, which would be kept as ${show(plain)}`);
}

function array(value: readonly unknown[], plain: readonly unknown[]): void {
  let i = 0;
  try {
    for (; i < value.length; i++) check(value[i], plain[i]);
  } catch (error) {
    if (error instanceof Unserializable) error.passes(value, i);
    throw error;
  }
}

function record(value: object, plain: Readonly<Record<string, unknown>>): void {
  if (builtinKind(value) !== undefined) throw new Unserializable(`${show(value)}, and no message`);
  let key = '';
  try {
    for (key of Object.keys(value)) {
      const item = (value as Record<string, unknown>)[key];
      if (item === undefined || item === null) continue;
      if (!Object.hasOwn(plain, key)) throw new Unserializable('no field of the message');
      check(item, plain[key]);
    }
  } catch (error) {
    if (error instanceof Unserializable) error.passes(value, key);
    throw error;
  }
}
