import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cached, cacheKey } from '../../src/index.ts';
import { Template } from '../../src/key/template.ts';

const fill = (source: string, args: readonly unknown[], names: readonly (string | undefined)[] = []): string =>
  new Template(source, 'key', names).fill({ args });

test.each<[string, readonly unknown[], readonly string[], string]>([
  ['user:{0}', [1], [], 'user:1'],
  ['user:{0}', ['a:b'], [], 'user:a:b'],
  ['{1}/{0}', ['a', 'b'], [], 'b/a'],
  ['{0.id}', [{ id: 7n }], [], '7'],
  ['{0.a.b}', [{ a: { b: true } }], [], 'true'],
  ['{id}', [{ id: 'x' }], ['user'], 'x'],
  ['{id}', ['x', { id: 'y' }], ['id', 'options'], 'x'],
  ['{options.id}', ['x', { id: 'y' }], ['id', 'options'], 'y'],
  ['{id}', ['x'], ['a'], 'x'],
  ['{0}', [new Date(0)], [], '1970-01-01T00:00:00.000Z'],
  ['{0}', [{ [cacheKey]: () => 5 }], [], '5'],
  ['{{{0}}}', [1], [], '{1}'],
  ['plain', [1], [], 'plain'],
])('%s of %o', (source, args, names, text) => {
  expect(fill(source, args, names)).toBe(text);
});

test.each<[string, readonly unknown[]]>([
  ['{0}', []],
  ['{0}', [null]],
  ['{0}', [{}]],
  ['{0}', [[1]]],
  ['{0.id}', ['x']],
  ['{id}', [{}]],
  ['{1}', [1]],
])('no text for %s of %o', (source, args) => {
  expect(() => fill(source, args)).toThrow(/must be a string, number/);
});

test.each(['{', 'a}', '{a', '{}', '{a b}', '{0}{1}'])('is no template: %s', (source) => {
  expect(() => new Template(source, 'key', [])).toThrow(TypeError);
});

test('several placeholders never make one text of different values', () => {
  const value = fc.oneof(fc.constantFrom('', ':', '-', '%', ':%', '%3A'), fc.string({ maxLength: 4 }));
  const triple = fc.tuple(value, value, value);
  fc.assert(
    fc.property(triple, triple, (a, b) => {
      const same = a.every((each, index) => each === b[index]);
      expect(fill('k:{0}:{1}-{2}', a) === fill('k:{0}:{1}-{2}', b)).toBe(same);
    }),
  );
  expect(fill('k:{0}:{1}', ['a:b', 'c'])).toBe('k:a%3Ab:c');
  expect(fill('{0}🙂{1}', ['a🙂', 'b'])).not.toBe(fill('{0}🙂{1}', ['a', '🙂b']));
});

describe('names of parameters', () => {
  const keyOf = (fn: (...args: never) => unknown, args: readonly unknown[], key = 'k:{id}'): string =>
    (cached({ key: key as string })(fn) as unknown as { key(...args: readonly unknown[]): string }).key(...args);

  test.each<[string, (...args: never) => unknown, readonly unknown[]]>([
    ['a function', async function load(_a: number, id: string) { return id; }, [1, 'x']], // biome-ignore format: short
    ['an arrow', async (_a: number, id: string) => id, [1, 'x']],
    ['a default with brackets', async (_a = f(',', [1, { b: ')' }]), id = 'd') => `${_a}${id}`, [1, 'x']],
    ['a comment', async (/* a, (b */ _a: number, /* the */ id: string) => id, [1, 'x']],
    ['what is taken apart', async ({ b }: { b: number }, id: string) => `${b}${id}`, [{ id: 'no' }, 'x']],
    ['a method', { load(_a: number, id: string) { return id; } }.load, [1, 'x']], // biome-ignore format: short
    ['a computed name', { [`${f('(')}load`]: (_a: number, id: string) => id }['1load']!, [1, 'x']],
  ])('of %s', (_, fn, args) => {
    expect(keyOf(fn, args)).toBe('k:x');
  });

  test('none: the properties of the first argument', () => {
    expect(keyOf(async (user: { id: string }) => user, [{ id: 'x' }])).toBe('k:x');
    expect(() => keyOf(async (a: string, b: string) => a + b, ['x', 'y'])).toThrow(/\{id\} must be/);
  });
});

test('a function makes the key, of this and the arguments', () => {
  const load = cached({ prefix: 'p', key: (id: number, name: string) => `${id}-${name}` })(
    async (id: number, name: string, _more: boolean) => `${id}${name}`,
  );
  expect(load.key(1, 'a', true)).toBe('p:1-a');
  const wrong = cached({ key: (() => 1) as never })(async () => 1);
  expect(() => wrong.key()).toThrow(/returns a string/);
});

function f(..._: unknown[]): number {
  return 1;
}
