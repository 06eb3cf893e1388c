import { DatabaseSync } from 'node:sqlite';
import { assert, constantFrom, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { rangeOf } from '../src/keyspace/key-range.ts';

/** Characters at the borders of UTF-8 and UTF-16, where orders differ. */
const unit = constantFrom('a', 'b', ':', '\0', '\u007f', '\u0080', '\ud7ff', '\ue000', '\uffff', '🙂', '\u{10ffff}');
const text = string({ unit, maxLength: 5 });

it('holds exactly what begins with the prefix, in the order of SQLite', () => {
  const database = new DatabaseSync(':memory:');
  const inRange = database.prepare('SELECT ? >= ? AND ? < ? AS is_in');
  assert(
    property(text, text, (rest, key) => {
      const prefix = `ns:${rest}`;
      const { from, to } = rangeOf(prefix);
      for (const candidate of [key, `ns:${key}`, prefix, prefix + key, prefix.slice(0, -1) + key]) {
        const row = inRange.get(candidate, from, candidate, to) as { is_in: number };
        expect([candidate, row.is_in === 1]).toEqual([candidate, candidate.startsWith(prefix)]);
      }
    }),
  );
  database.close();
});
