import { describe, expect, it } from 'vitest';
import { LeaseTable } from '../src/tier/lease-table.ts';

describe('LeaseTable', () => {
  it('is bounded: the oldest lease is lost, and its waiter woken', () => {
    const table = new LeaseTable();
    const first = table.acquire('k0', 0, 1_000, undefined)!;
    let isAwake = false;
    table.onEnd('k0', () => {
      isAwake = true;
    });
    for (let i = 1; i < 10_000; i++) table.acquire(`k${i}`, 0, 1_000, undefined);
    expect(table.stands('k0', first, 0)).toBe(true);
    table.acquire('one more', 0, 1_000, undefined);
    expect(table.stands('k0', first, 0)).toBe(false);
    expect(isAwake).toBe(true);
  });

  it('lets many copy at once, and a bounded number', () => {
    const table = new LeaseTable();
    const tokens = Array.from({ length: 65 }, () => table.join('k', 0, 1_000, undefined));
    expect(new Set(tokens).size).toBe(65);
    expect(tokens.map((token) => table.stands('k', token, 0)).filter(Boolean)).toHaveLength(64);
    expect(table.stands('k', tokens[0]!, 0)).toBe(false);
    expect(table.join('k', 0, 5_000, tokens[5])).toBe(tokens[5]);
    expect(table.stands('k', tokens[5]!, 4_000)).toBe(true);
    expect(table.stands('k', tokens[6]!, 4_000)).toBe(false);
  });

  it('gives a copier and a loader of one key each a token, and an end to both', () => {
    const table = new LeaseTable();
    const copier = table.join('k', 0, 1_000, undefined);
    const loader = table.acquire('k', 0, 1_000, undefined)!;
    expect(table.renew('k', copier, 500, 1_000)).toBe(true);
    table.release('k', loader);
    expect([table.stands('k', loader, 1), table.stands('k', copier, 1_400)]).toEqual([false, true]);
    table.void('k');
    expect(table.stands('k', copier, 1)).toBe(false);
    expect(table.renew('k', copier, 1, 1_000)).toBe(false);
  });

  it('ends what a pattern matches', () => {
    const table = new LeaseTable();
    const [a, b] = [table.acquire('a', 0, 9, undefined)!, table.acquire('b', 0, 9, undefined)!];
    table.voidMatching((key) => key === 'a');
    expect([table.stands('a', a, 0), table.stands('b', b, 0)]).toEqual([false, true]);
    table.clear();
    expect(table.stands('b', b, 0)).toBe(false);
  });
});
