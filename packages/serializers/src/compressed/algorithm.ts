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

/** Memory is taken in chunks: many times what came in, and never what it merely says it is. */
const CHUNK_RATIO = 16;
const MIN_CHUNK = 1024;
const MAX_CHUNK = 1024 * 1024;

const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT, ZSTD_c_compressionLevel } = zlib.constants;

export const ALGORITHMS: Readonly<Record<CompressionAlgorithm, Algorithm>> = {
  zstd: {
    min: 1,
    max: 22,
    defaultLevel: 3,
    create: (level) => ({
      compress: (bytes) => zlib.zstdCompressSync(bytes, { params: { [ZSTD_c_compressionLevel]: level } }),
      decompress: (bytes, size) => zlib.zstdDecompressSync(bytes, bounds(bytes, size)),
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
      decompress: (bytes, size) => zlib.brotliDecompressSync(bytes, bounds(bytes, size)),
    }),
  },
  gzip: {
    min: 1,
    max: 9,
    defaultLevel: 6,
    create: (level) => ({
      compress: (bytes) => zlib.gzipSync(bytes, { level }),
      decompress: (bytes, size) => zlib.gunzipSync(bytes, bounds(bytes, size)),
    }),
  },
  deflate: {
    min: 1,
    max: 9,
    defaultLevel: 6,
    create: (level) => ({
      compress: (bytes) => zlib.deflateSync(bytes, { level }),
      decompress: (bytes, size) => zlib.inflateSync(bytes, bounds(bytes, size)),
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

function bounds(bytes: Uint8Array, size: number): { readonly maxOutputLength: number; readonly chunkSize: number } {
  const chunkSize = Math.min(size, Math.max(CHUNK_RATIO * bytes.length, MIN_CHUNK), MAX_CHUNK);
  // The least that zlib takes.
  return { maxOutputLength: size, chunkSize: Math.max(chunkSize, 64) };
}
