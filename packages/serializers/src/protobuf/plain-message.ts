/** A 64-bit integer of the `long` package, which protobufjs reads with. */
interface LongLike {
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
}

/** How `toObject` is to give fields that are not in the bytes: scalars as their default, lists and maps as empty. */
export const CONVERSIONS: Readonly<Record<string, unknown>> = Object.freeze({
  defaults: true,
  arrays: true,
  objects: true,
});

/**
 * What `toObject` gave, with 64-bit integers as numbers, or as bigints where a number is not exact, with bytes as a
 * Uint8Array of their own, and without messages that are not set. Changed in place.
 */
export function plainMessage(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (ArrayBuffer.isView(node)) return new Uint8Array(node as Uint8Array);
  if (isLong(node)) return integer(node);
  if (Array.isArray(node)) {
    for (let i = 0; i < node.length; i++) node[i] = plainMessage(node[i]);
    return node;
  }
  const record = node as Record<string, unknown>;
  for (const name of Object.keys(record)) {
    if (record[name] === null) delete record[name];
    else if (typeof record[name] === 'object') own(record, name, plainMessage(record[name]));
  }
  return record;
}

/** A bigint as `verify` and `fromObject` take it. */
export function longOf(value: bigint): LongLike {
  if (BigInt.asIntN(64, value) !== value && BigInt.asUintN(64, value) !== value) {
    throw new Error(`${value} does not fit into 64 bits`);
  }
  return {
    low: Number(BigInt.asIntN(32, value)),
    high: Number(BigInt.asIntN(32, value >> 32n)),
    unsigned: value >= 2n ** 63n,
  };
}

export function isLong(node: object): node is LongLike {
  return '__isLong__' in node;
}

export function integer({ low, high, unsigned }: LongLike): number | bigint {
  const exact = (BigInt(unsigned ? high >>> 0 : high) << 32n) | BigInt(low >>> 0);
  const approximate = Number(exact);
  return Number.isSafeInteger(approximate) ? approximate : exact;
}

/** As a map may have an entry called `__proto__`. */
function own(record: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
}
