import { expect, it } from 'vitest';
import { randomToken, randomVersion } from '../../src/adapter/index.ts';

it.each([
  ['tokens of 128 bits', randomToken, /^[0-9a-f]{32}$/, 128, 16],
  ['versions of 72 bits', randomVersion, /^[A-Za-z0-9_-]{12}$/, 72, 64],
])('gives %s that never repeat', (_, random, form, bits, letters) => {
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  for (let i = 0; i < 20_000; i++) {
    const text = random();
    expect(text).toMatch(form);
    seen.add(text);
    for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  expect(seen.size).toBe(20_000);
  expect(counts.size).toBe(letters);
  const perLetter = (20_000 * bits) / Math.log2(letters) / letters;
  for (const count of counts.values()) expect(Math.abs(count - perLetter)).toBeLessThan(8 * Math.sqrt(perLetter));
});
