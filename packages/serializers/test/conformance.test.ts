import { serializerSuite } from '@uno-cache/core/testing';
import { describe, it } from 'vitest';
import { json } from '../src/index.ts';

const numbers = ['NaN', '-0', 'Infinity', '-Infinity', 'bigint'];
const objects = ['Date', 'a Date before 1970', 'Map', 'Set', 'a deep mixture'];
const integers = [
  'Int8Array',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'BigInt64Array',
  'BigUint64Array',
];
const bytes = [
  'Uint8Array',
  'an empty Uint8Array',
  'a Uint8Array within a larger buffer',
  'Uint8ClampedArray',
  'Buffer',
];
const loses = [...numbers, ...objects, ...integers, ...bytes, 'Float32Array', 'Float64Array'];

describe('json()', () => serializerSuite({ describe, it }, { create: () => json(), loses }));
describe('json({ strict: true })', () => {
  serializerSuite({ describe, it }, { create: () => json({ strict: true }), loses });
});
