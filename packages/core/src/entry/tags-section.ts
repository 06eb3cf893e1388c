import { show } from '../adapter/show.ts';
import { CacheError } from '../errors.ts';
import type { TagVersion } from './entry.ts';

const MAX_U16 = 65_535;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * An entry's tags as bytes: their number (u16), then of each the tag and its version, both as length (u16) and UTF-8.
 *
 * @throws CacheError `KEY_TOO_LONG` for a tag, `VALUE_TOO_LARGE` for too many of them.
 */
export function encodeTags(tags: readonly TagVersion[]): Uint8Array {
  if (tags.length > MAX_U16)
    throw new CacheError('VALUE_TOO_LARGE', `an entry takes ${MAX_U16} tags, not ${tags.length}`);
  const texts = tags.flat().map((text) => encodedText(text));
  const section = new Uint8Array(texts.reduce((length, text) => length + 2 + text.length, 2));
  const view = new DataView(section.buffer);
  view.setUint16(0, tags.length, true);
  let offset = 2;
  for (const text of texts) {
    view.setUint16(offset, text.length, true);
    section.set(text, offset + 2);
    offset += 2 + text.length;
  }
  return section;
}

/** `undefined` when the section is not exactly filled, or not UTF-8. */
export function decodeTags(section: Uint8Array): TagVersion[] | undefined {
  const reader = new SectionReader(section);
  const tags: TagVersion[] = [];
  try {
    for (let count = reader.length(); count > 0; count--) tags.push([reader.text(), reader.text()]);
  } catch {
    return undefined;
  }
  return reader.isAtEnd && tags.length > 0 ? tags : undefined;
}

function encodedText(text: string): Uint8Array {
  const bytes = encoder.encode(text);
  if (bytes.length <= MAX_U16) return bytes;
  throw new CacheError('KEY_TOO_LONG', `a tag must be at most ${MAX_U16} bytes of UTF-8; got ${show(text)}`);
}

/** Throws a RangeError when it is asked for more than there is. */
class SectionReader {
  readonly #section: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(section: Uint8Array) {
    this.#section = section;
    this.#view = new DataView(section.buffer, section.byteOffset, section.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#section.length;
  }

  length(): number {
    this.#offset += 2;
    return this.#view.getUint16(this.#offset - 2, true);
  }

  text(): string {
    const length = this.length();
    const end = this.#offset + length;
    if (end > this.#section.length) throw new RangeError('text ends beyond its section');
    const text = decoder.decode(this.#section.subarray(this.#offset, end));
    this.#offset = end;
    return text;
  }
}
