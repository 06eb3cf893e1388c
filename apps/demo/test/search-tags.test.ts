import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldCase } from '../src/service/letter-case.ts';
import { SHORTEST_SEARCH, searchTag, searchTagsOf } from '../src/service/search-tags.ts';

test('the tags of a name', () => {
  expect(searchTagsOf('Paris')).toEqual(['letters:par', 'letters:ari', 'letters:ris']);
  expect(searchTagsOf('Aaaaa')).toEqual(['letters:aaa']);
  expect(searchTagsOf('Ub')).toEqual([]);
  expect(searchTag('PARIS')).toBe('letters:par');
});

test('whatever part of a name is looked for, an edit of the name invalidates the search', () => {
  const letters = fc.array(fc.constantFrom(...'aAbBsSéÉıİß😀👍 -'), { minLength: SHORTEST_SEARCH, maxLength: 12 });
  fc.assert(
    fc.property(letters, fc.nat(), fc.nat(), fc.boolean(), (name, at, more, folded) => {
      const start = at % (name.length - SHORTEST_SEARCH + 1);
      const part = name.slice(start, start + SHORTEST_SEARCH + (more % name.length)).join('');
      expect(searchTagsOf(name.join(''))).toContain(searchTag(folded ? foldCase(part) : part));
    }),
  );
});
