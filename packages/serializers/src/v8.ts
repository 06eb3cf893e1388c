import { DefaultDeserializer, DefaultSerializer } from 'node:v8';
import type { Serializer } from '@uno-cache/core';
import { crc32 } from '@uno-cache/core/adapter';

/** The checksum in front of V8's bytes, little-endian. */
const CHECK_BYTES = 4;

/** The hook through which V8 asks Node for typed arrays, Buffers and DataViews. */
interface ViewReader {
  _readHostObject(): ArrayBufferView<ArrayBuffer>;
}

const { _readHostObject: readView } = DefaultDeserializer.prototype as unknown as ViewReader;

/**
 * V8's structured clone, id `v8`: what `structuredClone()` keeps, and Buffers; as Python's pickle. Cycles and what is
 * referred to twice come back as they were. Error has its message, stack and cause; an instance of another class comes
 * back as a plain object of its own properties, whatever its `toJSON` says.
 *
 * It refuses functions, symbols, promises, proxies and weak collections. Its bytes are for Node and no other program.
 *
 * A checksum stands in front, so that damaged bytes never reach V8. It does not stop who writes bytes on purpose: V8 can
 * be told to take all memory there is, which ends the process. Where the store is not trusted, use `encrypted(v8(), ...)`.
 *
 * @example
 * ```ts
 * import { v8 } from '@uno-cache/serializers';
 *
 * const node: { self?: unknown } = {};
 * node.self = node;
 * const copy = v8().decode(v8().encode(node, 'k'), 'k') as typeof node;
 * console.log(copy.self === copy); // true
 * ```
 */
export function v8(): Serializer {
  return Object.freeze({
    id: 'v8',
    encode(value: unknown): Uint8Array {
      if (value === undefined) throw new Error('$ is undefined, which is no value');
      const writer = new DefaultSerializer();
      // V8 aligns two-byte text from the start of its buffer: the room for the checksum is an even number of bytes.
      writer.writeRawBytes(new Uint8Array(CHECK_BYTES));
      writer.writeHeader();
      writer.writeValue(value);
      const bytes = writer.releaseBuffer();
      bytes.writeUInt32LE(crc32(bytes.subarray(CHECK_BYTES)));
      return bytes;
    },
    decode(bytes: Uint8Array): unknown {
      const written = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const body = written.subarray(CHECK_BYTES);
      if (body.length === 0 || written.readUInt32LE() !== crc32(body)) throw new Error('damaged, or not of v8()');
      const reader = new OwningDeserializer(body);
      reader.readHeader();
      return reader.readValue();
    },
  });
}

/** Node's gives views of the bytes that it reads, which are the tier's. */
class OwningDeserializer extends DefaultDeserializer {
  _readHostObject(): ArrayBufferView {
    const view = readView.call(this as unknown as ViewReader);
    const copy = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
    if (Buffer.isBuffer(view)) return Buffer.from(copy);
    return new (view.constructor as new (buffer: ArrayBuffer) => ArrayBufferView)(copy);
  }
}
