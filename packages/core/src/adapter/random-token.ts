const TOKEN_BYTES = 16;
const VERSION_BYTES = 9;

/** Random bytes are fetched by the page: one call to the platform costs as much as a hundred tokens. */
const pool = new Uint8Array(4096);
let used = pool.length;

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A lease's token: 128 random bits, as 32 lower-case hexadecimal digits. */
export function randomToken(): string {
  let token = '';
  const start = reserve(TOKEN_BYTES);
  for (let i = 0; i < TOKEN_BYTES; i++) token += HEX[pool[start + i]!]!;
  return token;
}

/** A tag's version: 72 random bits, as 12 characters of base64url. */
export function randomVersion(): string {
  let version = '';
  const start = reserve(VERSION_BYTES);
  for (let i = start; i < start + VERSION_BYTES; i += 3) {
    const bits = (pool[i]! << 16) | (pool[i + 1]! << 8) | pool[i + 2]!;
    version +=
      BASE64URL[bits >> 18]! + BASE64URL[(bits >> 12) & 63]! + BASE64URL[(bits >> 6) & 63]! + BASE64URL[bits & 63]!;
  }
  return version;
}

function reserve(bytes: number): number {
  if (used + bytes > pool.length) {
    globalThis.crypto.getRandomValues(pool);
    used = 0;
  }
  used += bytes;
  return used - bytes;
}
