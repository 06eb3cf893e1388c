import fc from 'fast-check';
import { expect, it } from 'vitest';
import { durationMs } from '../../src/adapter/index.ts';

it.each([
  [1, 1000],
  [0.25, 250],
  [1e-6, 1e-3],
  [Infinity, Infinity],
  ['250ms', 250],
  ['0.5ms', 0.5],
  ['.5s', 500],
  ['10s', 10_000],
  ['5m', 300_000],
  ['1.5h', 5_400_000],
  ['7d', 604_800_000],
  ['007s', 7000],
])('reads %j as %d ms', (value, ms) => {
  expect(durationMs(value, 'ttl')).toBe(ms);
  expect(durationMs(value, 'ttl')).toBe(ms);
});

it('keeps the least and takes the greatest for ever', () => {
  expect(durationMs(Number.MIN_VALUE, 'ttl')).toBeGreaterThan(0);
  expect(durationMs(`0.${'0'.repeat(300)}1ms`, 'ttl')).toBeGreaterThan(0);
  expect(durationMs(Number.MAX_VALUE, 'ttl')).toBe(Infinity);
  expect(durationMs(`${'9'.repeat(400)}d`, 'ttl')).toBe(Infinity);
});

it.each([
  ['0', 0],
  ['-0', -0],
  ['-1', -1],
  ['-Infinity', -Infinity],
  ['NaN', Number.NaN],
  ['""', ''],
  ['"10"', '10'],
  ['"10 s"', '10 s'],
  ['"10 min"', '10 min'],
  ['"-5s"', '-5s'],
  ['"+5s"', '+5s'],
  ['"0s"', '0s'],
  ['"0.0ms"', '0.0ms'],
  ['"1e3s"', '1e3s'],
  ['"0x10s"', '0x10s'],
  ['"5.s"', '5.s'],
  ['"5S"', '5S'],
  ['"5w"', '5w'],
  ['"5s\\n"', '5s\n'],
  ['"Infinitys"', 'Infinitys'],
  ['"constructor"', 'constructor'],
  ['undefined', undefined],
  ['null', null],
  ['true', true],
  ['10n', 10n],
  ['an array of 1', [10]],
  ['an instance of Date', new Date(5)],
  ['Symbol(s)', Symbol('s')],
])('refuses %s: names the option and what came', (shown, value) => {
  const attempt = () => durationMs(value, 'regions.profiles.ttl');
  expect(attempt).toThrow(TypeError);
  expect(attempt).toThrow('regions.profiles.ttl');
  expect(attempt).toThrow(`got ${shown}`);
  expect(attempt).toThrow('ms, s, m, h, d');
});

it('reads a string as the number in its unit', () => {
  const unit = fc.constantFrom(['ms', 1], ['s', 1000], ['m', 60_000], ['h', 3_600_000], ['d', 86_400_000]);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 999 }), unit, (whole, part, [name, ms]) => {
      const number = `${whole}.${part}`;
      expect(durationMs(`${number}${name}`, 'ttl')).toBe(Number(number) * Number(ms));
    }),
  );
});

it('answers alike however many strings came before', () => {
  for (let i = 1; i <= 5000; i++) expect(durationMs(`${i}ms`, 'ttl')).toBe(i);
  expect(durationMs('1ms', 'ttl')).toBe(1);
});

it('is not slowed down by hostile strings', () => {
  const start = performance.now();
  for (const text of ['9'.repeat(1e6), `${'9'.repeat(1e6)}.`, `${'1.'.repeat(5e5)}s`, ' '.repeat(1e6)]) {
    expect(() => durationMs(text, 'ttl')).toThrow(TypeError);
  }
  expect(performance.now() - start).toBeLessThan(1000);
});
