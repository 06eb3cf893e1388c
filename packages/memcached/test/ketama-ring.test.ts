import { describe, expect, it } from 'vitest';
import { KetamaRing } from '../src/servers/ketama-ring.ts';
import { serverList } from '../src/servers/server-list.ts';

const KEYS = Array.from({ length: 40_000 }, (_, index) => `shop::product:${index}`);
const everyUp = (): boolean => true;

function placed(
  servers: readonly string[] | Record<string, number>,
  isUp: (server: number) => boolean = everyUp,
): number[] {
  const ring = new KetamaRing(serverList(servers));
  return KEYS.map((key) => ring.serverOf(key, isUp));
}

function shares(places: readonly number[], servers: number): number[] {
  return Array.from(
    { length: servers },
    (_, server) => places.filter((place) => place === server).length / places.length,
  );
}

describe('the ring', () => {
  it('gives each server its share, by weight', () => {
    for (const share of shares(placed(['a', 'b', 'c']), 3)) expect(Math.abs(share - 1 / 3)).toBeLessThan(0.08);
    const [heavy, light] = shares(placed({ heavy: 3, light: 1 }), 2);
    expect(heavy).toBeGreaterThan(0.65);
    expect(light).toBeGreaterThan(0.15);
  });

  it('a fourth server takes about a quarter of the keys, and no other key moves', () => {
    const before = placed(['cache-1', 'cache-2', 'cache-3']);
    const after = placed(['cache-1', 'cache-2', 'cache-3', 'cache-4']);
    const moved = KEYS.filter((_, index) => before[index] !== after[index]).length / KEYS.length;
    console.log(`A fourth server: ${(moved * 100).toFixed(1)} % of ${KEYS.length} keys moved.`);
    expect(moved).toBeGreaterThan(0.18);
    expect(moved).toBeLessThan(0.32);
    for (let index = 0; index < KEYS.length; index++) expect([before[index], 3]).toContain(after[index]);
  });

  it('the keys of a server that is gone go to all the others, and no other key moves', () => {
    const before = placed(['a', 'b', 'c']);
    const after = placed(['a', 'b', 'c'], (server) => server !== 1);
    const [toA, toB, toC] = shares(
      after.filter((_, index) => before[index] === 1),
      3,
    );
    expect(toB).toBe(0);
    expect(toA).toBeGreaterThan(0.2);
    expect(toC).toBeGreaterThan(0.2);
    for (let index = 0; index < KEYS.length; index++) {
      if (before[index] !== 1) expect(after[index]).toBe(before[index]);
    }
  });

  it('nothing is up: nobody', () => {
    expect(new KetamaRing(serverList(['a', 'b'])).serverOf('k', () => false)).toBe(-1);
  });

  it('places keys as libketama does, in whichever order the servers are named', () => {
    const names = ['a', 'b:11212', 'c'];
    const named = (order: readonly string[]): string[] => placed(order).map((server) => order[server]!);
    expect(named(names)).toEqual(named([...names].reverse()));
  });
});
