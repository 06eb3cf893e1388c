export interface OddValue {
  readonly name: string;
  /** A new one each time, since a tier may keep what it is given. */
  make(): unknown;
}

function odd(name: string, make: () => unknown): OddValue {
  return { name, make };
}

const bytes = (): number[] => [0, 1, 127, 128, 255];

/** Values that come back alike from every tier with the default serializer. */
export const oddValues: readonly OddValue[] = [
  odd('0', () => 0),
  odd('an empty string', () => ''),
  odd('false', () => false),
  odd('true', () => true),
  odd('null', () => null),
  odd('NaN', () => Number.NaN),
  odd('-0', () => -0),
  odd('Infinity', () => Number.POSITIVE_INFINITY),
  odd('-Infinity', () => Number.NEGATIVE_INFINITY),
  odd('the largest and the smallest number', () => [Number.MAX_VALUE, Number.MIN_VALUE, Number.MAX_SAFE_INTEGER]),
  odd('bigint', () => [0n, -1n, 2n ** 64n, -(10n ** 40n)]),
  odd('Date', () => new Date(1_234_567_890_123)),
  odd('a Date before 1970', () => new Date(-1)),
  odd(
    'Map',
    () =>
      new Map<unknown, unknown>([
        ['a', 1],
        [2, 'b'],
        [null, new Map([['deep', [1n]]])],
      ]),
  ),
  odd('Set', () => new Set<unknown>([1, '1', null, -0.5, new Date(0)])),
  odd('Uint8Array', () => new Uint8Array(bytes())),
  odd('an empty Uint8Array', () => new Uint8Array(0)),
  odd('a Uint8Array within a larger buffer', () => new Uint8Array(bytes()).subarray(1, 3)),
  odd('Uint8ClampedArray', () => new Uint8ClampedArray(bytes())),
  odd('Int8Array', () => new Int8Array([-128, 0, 127])),
  odd('Int16Array', () => new Int16Array([-32_768, 0, 32_767])),
  odd('Uint16Array', () => new Uint16Array([0, 1, 65_535])),
  odd('Int32Array', () => new Int32Array([-(2 ** 31), 0, 2 ** 31 - 1])),
  odd('Uint32Array', () => new Uint32Array([0, 1, 2 ** 32 - 1])),
  odd('Float32Array', () => new Float32Array([0.5, -0, Number.NaN, Number.POSITIVE_INFINITY])),
  odd('Float64Array', () => new Float64Array([0.1, -0, Number.NaN, Number.NEGATIVE_INFINITY])),
  odd('BigInt64Array', () => new BigInt64Array([-(2n ** 63n), 0n, 2n ** 63n - 1n])),
  odd('BigUint64Array', () => new BigUint64Array([0n, 2n ** 64n - 1n])),
  ...(globalThis.Buffer === undefined ? [] : [odd('Buffer', () => Buffer.from(bytes()))]),
  odd('strings with NUL, quotes and emoji', () => ['\0', '"\\"', '\u2028', '🙂', '日本語', '</script>']),
  odd('strings that look like other values', () => [
    '123',
    'true',
    'null',
    '1n',
    '2026-01-01T00:00:00.000Z',
    '$',
    '{}',
  ]),
  odd('an empty object and an empty array', () => [{}, [], [[]], [{}]]),
  odd('objects with odd names', () => ({
    '': 1,
    ' ': 2,
    constructor: 3,
    hasOwnProperty: 4,
    toString: 5,
    // biome-ignore lint/suspicious/noThenProperty: values with one are to be kept too, and not awaited
    then: 6,
    toJSON: 7,
    $: 8,
    $type: 'Date',
    __type: 'Map',
    '@': 9,
    '10': 10,
  })),
  odd('an object with its own __proto__', () => JSON.parse('{"__proto__":{"polluted":true},"a":1}')),
  odd('a long string', () => 'long 🙂 '.repeat(20_000)),
  odd('a deep mixture', () => ({
    list: [0, '', false, null, -0, { map: new Map([['set', new Set([1n])]]) }],
    when: { at: new Date(0), bytes: new Uint8Array([1, 2]) },
    nested: Array.from({ length: 50 }, (_, index) => ({ index, name: `name ${index}` })),
  })),
  odd('depth', () => {
    let value: unknown = 'bottom';
    for (let level = 0; level < 100; level++) value = level % 2 === 0 ? [value] : { value };
    return value;
  }),
];
