/** Longer strings are hashed by their beginning, their end and their length. */
const WHOLE = 256;

const numberBits = new Float64Array(1);
const numberWords = new Int32Array(numberBits.buffer);

/** Objects and unregistered symbols have no bits to hash; they get a number when they are first seen. */
const identities = new WeakMap<WeakKey, number>();
let lastIdentity = 0;

/**
 * 32 bits for a key of a `Map`: equal keys have equal hashes. Seeded, so that nobody outside can choose keys that
 * collide.
 */
export function hashOf(key: unknown, seed: number): number {
  if (typeof key === 'string') return hashString(key, seed);
  if (typeof key === 'number') return hashNumber(key, seed);
  if ((typeof key === 'object' && key !== null) || typeof key === 'function') return hashIdentity(key, seed);
  if (typeof key === 'symbol' && Symbol.keyFor(key) === undefined) return hashIdentity(key, seed);
  return hashString(String(key), seed);
}

function hashString(text: string, seed: number): number {
  const { length } = text;
  let hash = seed ^ length;
  if (length <= WHOLE) {
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return mix(hash);
  }
  for (let i = 0; i < WHOLE / 2; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  for (let i = length - WHOLE / 2; i < length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

function hashNumber(value: number, seed: number): number {
  numberBits[0] = value === 0 ? 0 : value;
  return mix(Math.imul(numberWords[0]! ^ seed, 0x85ebca6b) ^ numberWords[1]!);
}

function hashIdentity(key: WeakKey, seed: number): number {
  let identity = identities.get(key);
  if (identity === undefined) {
    identity = ++lastIdentity;
    identities.set(key, identity);
  }
  return mix(identity ^ seed);
}

/** The finalizer of MurmurHash3 (Austin Appleby, public domain). */
function mix(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
