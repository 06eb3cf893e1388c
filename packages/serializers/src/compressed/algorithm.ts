import * as zlib from 'node:zlib';
import { checkInteger } from '@uno-cache/core/adapter';

/** How {@link compressed} makes bytes fewer. */
export type CompressionAlgorithm = 'zstd' | 'brotli' | 'gzip' | 'deflate';

/** One algorithm at one level. */
export interface Compressor {
  compress(bytes: Uint8Array): Uint8Array;
  /**
   * @param size - of what comes out, at most.
   * @throws Error when more would come out, and for damaged bytes.
   */
  decompress(bytes: Uint8Array, size: number): Uint8Array;
}

interface Algorithm {
  readonly min: number;
  readonly max: number;
  readonly defaultLevel: number;
  create(level: number): Compressor;
}

/** How much memory is taken at once, whatever size is said to come out. */
const MAX_CHUNK = 1024 * 1024;
const MIN_CHUNK = 64;

const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT, ZSTD_c_compressionLevel } = zlib.constants;

export const ALGORITHMS: Readonly<Record<CompressionAlgorithm, Algorithm>> = {
  zstd: {
    min: 1,
    max: 22,
    defaultLevel: 3,
    create: (level) => ({
      compress: (bytes) => zlib.zstdCompressSync(bytes, { params: { [ZSTD_c_compressionLevel]: level } }),
      decompress: (bytes, size) => zlib.zstdDecompressSync(bytes, bounds(size)),
    }),
  },
  brotli: {
    min: 0,
    max: 11,
    // zlib's own, 11, is for what is compressed once and served for months.
    defaultLevel: 4,
    create: (level) => ({
      compress: (bytes) =>
        zlib.brotliCompressSync(bytes, {
          params: { [BROTLI_PARAM_QUALITY]: level, [BROTLI_PARAM_SIZE_HINT]: bytes.length },
        }),
      decompress: (bytes, size) => zlib.brotliDecompressSync(bytes, bounds(size)),
    }),
  },
  gzip: {
    min: 1,
    max: 9,
    defaultLevel: 6,
    create: (level) => ({
      compress: (bytes) => zlib.gzipSync(bytes, { level }),
      decompress: (bytes, size) => zlib.gunzipSync(bytes, bounds(size)),
    }),
  },
  deflate: {
    min: 1,
    max: 9,
    defaultLevel: 6,
    create: (level) => ({
      compress: (bytes) => zlib.deflateSync(bytes, { level }),
      decompress: (bytes, size) => zlib.inflateSync(bytes, bounds(size)),
    }),
  },
};

/**
 * @param level - of the algorithm; its default when left out.
 * @throws TypeError for a level that it does not have, and where this Node has no zstd.
 */
export function createCompressor(algorithm: CompressionAlgorithm, level: number | undefined): Compressor {
  const { min, max, defaultLevel, create } = ALGORITHMS[algorithm];
  if (algorithm === 'zstd' && typeof zlib.zstdCompressSync !== 'function') {
    throw new TypeError(
      'compressed(): algorithm "zstd" needs Node 22.15 or later; allowed here are "brotli", "gzip" and "deflate"',
    );
  }
  return create(checkInteger(level ?? defaultLevel, `compressed(): level of ${algorithm}`, { min, max }));
}

function bounds(size: number): { readonly maxOutputLength: number; readonly chunkSize: number } {
  return { maxOutputLength: size, chunkSize: Math.min(Math.max(size, MIN_CHUNK), MAX_CHUNK) };
}
