import { describe, expect, test } from 'vitest';
import { outputOf, tsc, withEsbuild, withSwc } from './compilers.ts';

const slow = 30_000;

describe.each(['standard', 'legacy'] as const)('%s decorators', (standard) => {
  test.each([
    ['tsc', tsc],
    ['esbuild', withEsbuild],
    ['swc', withSwc],
  ])('as %s builds them', { timeout: slow }, async (_, compile) => {
    expect(await outputOf(await compile(standard, 'members'))).toBe('done after 9 runs');
  });
});

test.each([
  ['tsc', tsc],
  ['swc', withSwc],
])('a NestJS application, as %s builds it, over HTTP', { timeout: slow }, async (_, compile) => {
  expect(await outputOf(await compile('legacy', 'nest-app'))).toBe('asked 5 times');
});
