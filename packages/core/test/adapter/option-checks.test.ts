import { expect, it } from 'vitest';
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkName,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkSerializer,
  taggedJson,
} from '../../src/adapter/index.ts';

const ALLOWED = ['maxEntries', 'maxBytes', 'policy', 'ttl'];

it('takes objects with known options, undefined ones too', () => {
  class Defaults {
    ttl = 1;
    get policy() {
      return 'lru';
    }
  }
  for (const options of [
    {},
    { ttl: 1, policy: undefined },
    Object.create(null),
    new Defaults(),
    Object.freeze({ ttl: 2 }),
  ]) {
    expect(() => checkOptions('memory()', options, ALLOWED)).not.toThrow();
  }
});

it('names an unknown option, the nearest known one and all of them', () => {
  const attempt = () => checkOptions('memory()', { maxEntrys: 1 }, ALLOWED);
  expect(attempt).toThrow(TypeError);
  expect(attempt).toThrow(
    'memory(): unknown option "maxEntrys" (did you mean "maxEntries"?); allowed are "maxEntries", "maxBytes", "policy", "ttl"',
  );
});

it.each([
  ['TTL', 'ttl'],
  ['tll', 'ttl'],
  ['maxbytes', 'maxBytes'],
  ['maxByte', 'maxBytes'],
  ['polcy', 'policy'],
  ['entries', 'maxEntries'],
  ['sizes', undefined],
  ['x', undefined],
  ['', undefined],
  ['t'.repeat(1e5), undefined],
])('guesses what was meant: %#', (name, guess) => {
  const attempt = () => checkOptions('memory()', { [name]: 1 }, ALLOWED);
  if (guess === undefined) expect(attempt).not.toThrow('did you mean');
  else expect(attempt).toThrow(`did you mean ${JSON.stringify(guess)}?`);
  expect(attempt).toThrow('unknown option');
});

it.each([['constructor'], ['toString'], ['__proto__']])(
  'does not take %s for an option because every object has it',
  (name) => {
    expect(() => checkOptions('memory()', JSON.parse(`{"${name}":1}`), ALLOWED)).toThrow('unknown option');
  },
);

it('refuses what is not an object of options', () => {
  const values = [
    undefined,
    null,
    5,
    'ttl',
    true,
    [],
    [{}],
    new Map(),
    new Set(),
    Promise.resolve({}),
    new Date(),
    () => {},
  ];
  for (const value of values) {
    const attempt = () => checkOptions('memory()', value, ALLOWED);
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow('memory(): options must be an object');
  }
});

it.each([
  ['checkBoolean', () => checkBoolean(1, 'opt'), 'true or false', '1'],
  ['checkFunction', () => checkFunction({}, 'opt'), 'a function', '{}'],
  ['checkInteger', () => checkInteger(1.5, 'opt'), 'an integer', '1.5'],
  ['checkInteger', () => checkInteger(2 ** 60, 'opt'), 'an integer', '1152921504606847000'],
  ['checkInteger', () => checkInteger('5', 'opt'), 'an integer', '"5"'],
  ['checkInteger', () => checkInteger(Infinity, 'opt', { min: 1 }), 'an integer of at least 1', 'Infinity'],
  ['checkInteger', () => checkInteger(0, 'opt', { min: 1, max: Infinity }), 'an integer from 1 to Infinity', '0'],
  ['checkInteger', () => checkInteger(11, 'opt', { min: 1, max: 10 }), 'an integer from 1 to 10', '11'],
  ['checkNumber', () => checkNumber(Number.NaN, 'opt'), 'a number', 'NaN'],
  ['checkNumber', () => checkNumber(1.01, 'opt', { min: 0, max: 1 }), 'a number from 0 to 1', '1.01'],
  ['checkNumber', () => checkNumber(3, 'opt', { max: 2 }), 'a number of at most 2', '3'],
  ['checkNumber', () => checkNumber(-Infinity, 'opt'), 'a number', '-Infinity'],
  ['checkNumber', () => checkNumber(1n, 'opt'), 'a number', '1n'],
  ['checkName', () => checkName('', 'opt'), 'a well-formed string of 1 to 256', '""'],
  ['checkName', () => checkName('\ud800', 'opt'), 'a well-formed string', '"\\ud800"'],
  ['checkName', () => checkName('n'.repeat(257), 'opt'), 'a well-formed string', '"nnn'],
  ['checkName', () => checkName(Symbol.iterator, 'opt'), 'a well-formed string', 'Symbol(Symbol.iterator)'],
  ['checkOneOf', () => checkOneOf('LRU', 'opt', ['lru', 's3-fifo']), '"lru", "s3-fifo"', '"LRU" (did you mean "lru"?)'],
  ['checkOneOf', () => checkOneOf(2, 'opt', [1, false]), 'one of 1, false', '2'],
])('%s refuses and says what is allowed', (_, attempt, allowed, came) => {
  expect(attempt).toThrow(TypeError);
  expect(attempt).toThrow('opt must be');
  expect(attempt).toThrow(allowed);
  expect(attempt).toThrow(`got ${came}`);
});

it('gives back what it lets through', () => {
  const listener = () => {};
  expect(checkBoolean(false, 'opt')).toBe(false);
  expect(checkFunction(listener, 'opt')).toBe(listener);
  expect(checkInteger(-3, 'opt')).toBe(-3);
  expect(checkInteger(Infinity, 'opt', { min: 1, max: Infinity })).toBe(Infinity);
  expect(checkNumber(0, 'opt', { min: 0, max: 1 })).toBe(0);
  expect(checkNumber(1, 'opt', { min: 0, max: 1 })).toBe(1);
  expect(checkName('shop 🛒', 'opt')).toBe('shop 🛒');
  expect(checkOneOf('lru', 'opt', ['lru', 's3-fifo'])).toBe('lru');
});

it('takes serializers, and names what is none', () => {
  expect(checkSerializer(taggedJson, 'serializer')).toBe(taggedJson);
  const { encode, decode } = taggedJson;
  for (const wrong of [null, undefined, {}, JSON, { id: 'json', encode }, { id: 'json', decode }]) {
    expect(() => checkSerializer(wrong as never, 'inner')).toThrow(/^inner must be a Serializer/);
  }
  for (const id of [undefined, '', 5]) {
    expect(() => checkSerializer({ id, encode, decode } as never, 'inner')).toThrow(/^inner\.id must be/);
  }
});
