import { crc32 } from '@uno-cache/core/adapter';

/**
 * The version of bytes that carry none: equal for equal bytes, which is what copies are compared for. Less than 2^50, so that
 * none is ever taken for a time of our days.
 */
export function rawVersion(bytes: Buffer): number {
  return 1 + crc32(bytes) + 4_294_967_296 * (bytes.length & 0x3ffff);
}
