/** CRC-32 as in zlib and PNG (polynomial 0xEDB88320), of bytes or of a text's UTF-8. */
export type Crc32 = (data: Uint8Array | string) => number;

const encoder = new TextEncoder();
const TABLE = /* @__PURE__ */ table();

/** In JavaScript, for platforms that bring none. */
export const portableCrc32: Crc32 = (data) => {
  const bytes = typeof data === 'string' ? encoder.encode(data) : data;
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
};

/** The platform's own where there is one: it is several times faster on more than a few words. */
export const crc32: Crc32 = nativeCrc32() ?? portableCrc32;

const LAST_ASCII = 127;
/** Of longer texts the platform's own makes up for what the call costs. */
const SHORT = 64;

/** As `crc32` of a text, quicker for keys as most are: short, and ASCII. */
export function crc32OfText(text: string): number {
  if (text.length > SHORT) return crc32(text);
  let crc = -1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > LAST_ASCII) return crc32(text);
    crc = TABLE[(crc ^ code) & 0xff]! ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

/** FNV-1a, 32 bits, of a text's UTF-8. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function nativeCrc32(): Crc32 | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } };
  const zlib = process?.getBuiltinModule?.('node:zlib') as { crc32?: Crc32 } | undefined;
  return typeof zlib?.crc32 === 'function' ? zlib.crc32 : undefined;
}

function table(): Int32Array {
  const entries = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    entries[byte] = crc;
  }
  return entries;
}
