import type { Serializer } from '@uno-cache/core';
import type { ByteSize } from '@uno-cache/core/adapter';
import { byteSize, checkOneOf, checkOptions, checkSerializer } from '@uno-cache/core/adapter';
import { unwrappedId, wrappedIds } from '../wrapping.ts';
import type { CompressionAlgorithm } from './algorithm.ts';
import { ALGORITHMS, createCompressor } from './algorithm.ts';

export interface CompressedOptions {
  /** `zstd` needs Node 22.15; see the guide for what each is good at. @defaultValue `'zstd'` */
  readonly algorithm?: CompressionAlgorithm;
  /** Smaller values are stored as they are; 0 compresses all, `Infinity` none. @defaultValue `'1kb'` */
  readonly threshold?: ByteSize | 0;
  /** zstd 1 to 22, brotli 0 to 11, gzip and deflate 1 to 9. @defaultValue 3 for zstd, 4 for brotli, 6 for the others */
  readonly level?: number;
  /** How large a value may be before it is compressed. What says that it is larger is not unpacked. @defaultValue `'64mb'` */
  readonly maxSize?: ByteSize;
}

/** The first byte: the value as the inner serializer wrote it, or its size (u32, little-endian) and a compressed stream. */
const marks = Object.freeze({ raw: 0, packed: 1 });
const HEADER_BYTES = 5;
const MAX_U32 = 0xffff_ffff;
const OPTIONS: readonly (keyof CompressedOptions)[] = ['algorithm', 'threshold', 'level', 'maxSize'];

/**
 * What the inner serializer writes, compressed; id `zstd+json` and the like. Values below the threshold, and those that
 * compression does not make smaller, are stored as they are. Level and threshold may be changed at any time; another
 * algorithm is another format.
 *
 * A value over `maxSize` is refused when it is set. Bytes that would unpack to more than they say, or than `maxSize`, are
 * an error before the memory is taken.
 *
 * @throws TypeError for options that it does not have, and for `zstd` where Node has none.
 * @example
 * ```ts
 * import { compressed, json } from '@uno-cache/serializers';
 *
 * const serializer = compressed(json(), { algorithm: 'brotli', threshold: '2kb' });
 * console.log(serializer.id, serializer.encode('ab'.repeat(10_000), 'k').length < 100); // brotli+plain-json true
 * ```
 */
export function compressed(inner: Serializer, options: CompressedOptions = {}): Serializer {
  checkSerializer(inner, 'compressed(): inner');
  checkOptions('compressed()', options, OPTIONS);
  const names = Object.keys(ALGORITHMS) as CompressionAlgorithm[];
  const algorithm = checkOneOf(options.algorithm ?? 'zstd', 'compressed(): algorithm', names);
  const { threshold: least = '1kb' } = options;
  const threshold = least === 0 ? 0 : byteSize(least, 'compressed(): threshold');
  const maxSize = Math.min(byteSize(options.maxSize ?? '64mb', 'compressed(): maxSize'), MAX_U32);
  const compressor = createCompressor(algorithm, options.level);

  return Object.freeze({
    ...wrappedIds(algorithm, inner),
    encode(value: unknown, key: string): Uint8Array {
      const raw = inner.encode(value, key);
      if (raw.length > maxSize) throw new Error(`${raw.length} bytes are more than maxSize, ${maxSize}`);
      if (raw.length < threshold) return marked(raw);
      const packed = compressor.compress(raw);
      return packed.length + HEADER_BYTES < raw.length + 1 ? headed(packed, raw.length) : marked(raw);
    },
    decode(bytes: Uint8Array, key: string, id?: string): unknown {
      const innerId = unwrappedId(algorithm, id);
      if (bytes[0] === marks.raw) return inner.decode(bytes.subarray(1), key, innerId);
      if (bytes[0] !== marks.packed || bytes.length < HEADER_BYTES) throw new Error('not of compressed()');
      const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1, true);
      if (size === 0 || size > maxSize) throw new Error(`${size} bytes are more than maxSize, ${maxSize}`);
      const raw = compressor.decompress(bytes.subarray(HEADER_BYTES), size);
      if (raw.length !== size) throw new Error(`unpacked to ${raw.length} bytes instead of ${size}`);
      return inner.decode(raw, key, innerId);
    },
  });
}

function marked(raw: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + raw.length);
  bytes[0] = marks.raw;
  bytes.set(raw, 1);
  return bytes;
}

function headed(packed: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + packed.length);
  bytes[0] = marks.packed;
  new DataView(bytes.buffer).setUint32(1, size, true);
  bytes.set(packed, HEADER_BYTES);
  return bytes;
}
