type TypedArray = ArrayBufferView & { readonly BYTES_PER_ELEMENT: number };
type TypedArrayConstructor = { new (buffer: ArrayBuffer): TypedArray; readonly BYTES_PER_ELEMENT: number };

/** As much of Node's Buffer as is used here. */
interface PlatformBuffer {
  from(text: string, encoding: 'base64'): Uint8Array;
  from(buffer: ArrayBufferLike, offset: number, length: number): { toString(encoding: 'base64'): string };
  isBuffer(value: unknown): boolean;
}

const { Buffer } = globalThis as { Buffer?: PlatformBuffer };

const TYPED_ARRAYS: ReadonlyMap<string, TypedArrayConstructor> = typedArrays();
const nameOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!.get!;
const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** How many bytes `String.fromCharCode` takes at once, below every platform's limit of arguments. */
const CHUNK = 8192;

/** `[tag, base64]` of a typed array, Buffer or DataView: the bytes that it shows, elements little-endian. */
export function viewToText(view: ArrayBufferView): [tag: string, text: string] {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  if (Buffer?.isBuffer(view)) return ['$Buffer', toBase64(bytes)];
  const name = nameOf.call(view) as string | undefined;
  if (name === undefined) return ['$DataView', toBase64(bytes)];
  const width = (view as TypedArray).BYTES_PER_ELEMENT;
  return [`$${name}`, toBase64(isLittleEndian ? bytes : swapped(bytes, width))];
}

/**
 * The object that `viewToText` was given, or an ArrayBuffer for the tag `$ArrayBuffer`; `undefined` for another tag. A
 * Buffer is a Uint8Array where the platform has none.
 */
export function textToBinary(tag: string, text: string): object | undefined {
  if (tag === '$Buffer') return Buffer?.from(text, 'base64') ?? fromBase64(text);
  if (tag === '$ArrayBuffer') return fromBase64(text).buffer;
  if (tag === '$DataView') return new DataView(fromBase64(text).buffer);
  const View = TYPED_ARRAYS.get(tag.slice(1));
  if (View === undefined) return undefined;
  const bytes = fromBase64(text);
  return new View((isLittleEndian ? bytes : swapped(bytes, View.BYTES_PER_ELEMENT)).buffer);
}

export function toBase64(bytes: Uint8Array): string {
  if (Buffer !== undefined) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  let text = '';
  for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return btoa(text);
}

/** In a buffer of its own, exactly as long. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (Buffer !== undefined) return new Uint8Array(Buffer.from(text, 'base64'));
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** A copy with the bytes of each element in reverse. */
export function swapped(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  for (let i = 0; i < copy.length; i += width) copy.subarray(i, i + width).reverse();
  return copy;
}

function typedArrays(): Map<string, TypedArrayConstructor> {
  const found = new Map<string, TypedArrayConstructor>();
  const integers = ['Int8', 'Uint8', 'Uint8Clamped', 'Int16', 'Uint16', 'Int32', 'Uint32', 'BigInt64', 'BigUint64'];
  for (const name of [...integers, 'Float16', 'Float32', 'Float64'].map((element) => `${element}Array`)) {
    const View = (globalThis as unknown as Record<string, TypedArrayConstructor | undefined>)[name];
    if (View !== undefined) found.set(name, View);
  }
  return found;
}
