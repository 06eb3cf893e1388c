import { crc32 } from '@uno-cache/core/adapter';

/** Parts of a value that are looked at; a value of more has no digest. */
const MOST_PARTS = 500;
const MOST_CHARACTERS = 16_384;

/**
 * A number that two values have in common when they are alike, and hardly otherwise; `undefined` for values that would
 * take long to look at. Class instances count by their properties, as they come back from a tier.
 */
export function digestOf(value: unknown): number | undefined {
  const parts: string[] = [];
  let characters = 0;
  const add = (text: string): void => {
    characters += text.length + 1;
    if (parts.push(text) > MOST_PARTS || characters > MOST_CHARACTERS) throw TOO_LARGE;
  };
  try {
    collect(value, add);
  } catch {
    // Too large, in a circle, or a getter that throws.
    return undefined;
  }
  return crc32(parts.join('\0'));
}

const TOO_LARGE = new Error('too large');

function collect(value: unknown, add: (text: string) => void): void {
  if (typeof value !== 'object' || value === null) {
    add(`${typeof value}:${Object.is(value, -0) ? '-0' : String(value)}`);
  } else if (ArrayBuffer.isView(value)) {
    add(`bytes:${value.byteLength}`);
    if (value.byteLength > MOST_CHARACTERS) throw TOO_LARGE;
    add(String(crc32(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))));
  } else if (value instanceof Date) {
    add(`date:${value.getTime()}`);
  } else if (value instanceof Map || value instanceof Set) {
    add(`${value.constructor.name}:${value.size}`);
    for (const item of value) collect(item, add);
  } else if (Array.isArray(value)) {
    add(`array:${value.length}`);
    for (const item of value) collect(item, add);
  } else {
    add('object');
    for (const name of Object.keys(value)) {
      add(name);
      collect((value as Readonly<Record<string, unknown>>)[name], add);
    }
    add('end');
  }
}
