import type { BusMessage } from '@uno-cache/core';
import { isBusMessage } from '@uno-cache/core/adapter';

/** The fields of an entry of the stream: the message, and what a script knows of a change to a single key. */
const MESSAGE = 'm';
const VERSION = 'v';
const AT = 't';

/** A message as it stands in the stream. */
export function encodeMessage(message: BusMessage): string {
  return JSON.stringify(message);
}

/** Stands for a message that is damaged, or of a later version. */
export const UNREADABLE: unique symbol = Symbol('unreadable');

/** The message of a stream's entry; `undefined` when it has none. */
export function decodeMessage(fields: readonly string[]): BusMessage | typeof UNREADABLE | undefined {
  const values = new Map<string, string>();
  for (let index = 0; index + 1 < fields.length; index += 2) values.set(fields[index]!, fields[index + 1]!);
  const text = values.get(MESSAGE);
  if (text === undefined) return undefined;
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return UNREADABLE;
  }
  if (!isBusMessage(message)) return UNREADABLE;
  const [version, at] = [values.get(VERSION), values.get(AT)];
  if (version === undefined || at === undefined) return message;
  return 'versions' in message
    ? { ...message, versions: [Number(version)], at: Number(at) }
    : { ...message, at: Number(at) };
}
