import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Links } from '../src/store/links.ts';

const HEADS = 4;

/** All slots of a ring in both directions, which have to be each other's reverse. */
function ring(links: Links, head: number): number[] {
  const forth: number[] = [];
  for (let node = links.next[head]!; node !== head; node = links.next[node]!) forth.push(node - HEADS);
  const back: number[] = [];
  for (let node = links.prev[head]!; node !== head; node = links.prev[node]!) back.push(node - HEADS);
  expect(back).toEqual([...forth].reverse());
  return forth;
}

const operation = fc.record({
  kind: fc.constantFrom('first', 'last', 'unlink', 'move', 'append', 'grow'),
  head: fc.integer({ min: 1, max: 3 }),
  other: fc.integer({ min: 1, max: 3 }),
  slot: fc.integer({ min: 0, max: 15 }),
});

describe('Links', () => {
  it('is as arrays are, whatever is done', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const links = new Links(HEADS, 16);
        let capacity = 16;
        const model: number[][] = [[], [], [], []];
        const at = (slot: number): number => model.findIndex((slots) => slots.includes(slot));
        for (const { kind, head, other, slot } of operations) {
          const ringOf = at(slot);
          if (kind === 'grow') {
            capacity *= 2;
            for (const grow of links.growers) grow(capacity);
          } else if (kind === 'append') {
            if (head === other) continue;
            links.append(head, other);
            model[head]!.push(...model[other]!.splice(0));
          } else if (ringOf < 0) {
            if (kind === 'first') {
              links.pushFirst(head, slot);
              model[head]!.unshift(slot);
            } else if (kind === 'last') {
              links.pushLast(head, slot);
              model[head]!.push(slot);
            }
          } else if (kind === 'unlink' || kind === 'move') {
            model[ringOf]!.splice(model[ringOf]!.indexOf(slot), 1);
            if (kind === 'unlink') links.unlink(slot);
            else {
              links.moveFirst(ringOf, slot);
              model[ringOf]!.unshift(slot);
            }
          }
          for (let each = 1; each < HEADS; each++) {
            expect(ring(links, each)).toEqual(model[each]);
            expect(links.first(each)).toBe(model[each]![0] ?? -1);
            expect(links.last(each)).toBe(model[each]!.at(-1) ?? -1);
          }
          for (let each = 0; each < 16; each++) expect(links.has(each)).toBe(at(each) >= 0);
        }
      }),
    );
  });

  it('keeps its rings when nodes no longer fit into two bytes', () => {
    const links = new Links(HEADS, 10);
    for (let slot = 0; slot < 10; slot++) links.pushLast(1, slot);
    for (const grow of links.growers) grow(70_000);
    links.pushLast(1, 69_999);
    expect(ring(links, 1)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 69_999]);
  });
});
