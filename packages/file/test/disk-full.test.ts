import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { expect, it, onTestFinished } from 'vitest';
import { file } from '../src/index.ts';
import type { SmallDisk } from './small-disk.ts';
import { smallDisk } from './small-disk.ts';

function open({ directory }: SmallDisk): { cache: Cache; errors: string[] } {
  const cache = createCache({ name: 'shop', tiers: [file({ directory, maxBytes: '256mb' })] });
  const errors: string[] = [];
  cache.on('error', ({ error }) => void errors.push(`${error.code}: ${error.message}`));
  onTestFinished(() => cache.close());
  return { cache, errors };
}

const text = 'x'.repeat(1_000);

it('a disk that is smaller than maxBytes: the oldest entries make room, and nothing fails', async () => {
  const disk = smallDisk(8);
  const { cache, errors } = open(disk);
  for (let index = 0; index < 12_000; index++) {
    cache.sync.set(`key:${index}`, { index, text });
    if (index % 100 === 0) expect(cache.sync.get(`key:${index}`)).toEqual({ index, text });
  }
  expect(errors).toEqual([]);
  expect(await cache.get('key:0')).toBeUndefined();
  expect(await cache.get('key:11999')).toEqual({ index: 11_999, text });
}, 30_000);

it('a large value on a full disk makes room too, or fails, and is not there by half', async () => {
  const disk = smallDisk(8);
  const { cache } = open(disk);
  for (let index = 0; index < 40; index++) {
    const value = String(index % 10).repeat(600_000);
    const stored = await cache.set(`key:${index}`, value).then(
      () => true,
      () => false,
    );
    expect(await cache.get(`key:${index}`)).toBe(stored ? value : undefined);
  }
}, 30_000);

it('others fill the disk: older entries make room, and reads go on', async () => {
  const disk = smallDisk(8);
  const { cache, errors } = open(disk);
  const before = Array.from({ length: 1_000 }, (_, index): [string, unknown] => [`key:${index}`, { index, text }]);
  await cache.setMany(new Map(before));
  disk.fill();
  for (let index = 0; index < 3_000; index++) await cache.set(`more:${index}`, { index, text });
  expect(errors).toEqual([]);
  for (const [key, value] of before) expect([undefined, value]).toContainEqual(await cache.get(key));
  expect(await cache.get('more:2999')).toEqual({ index: 2_999, text });
}, 30_000);

it('others take every bit of room: writes fail as events, reads go on, and writes do when there is room again', async () => {
  const disk = smallDisk(8);
  const { cache, errors } = open(disk);
  await cache.set('standing', 'value');
  let failed = 0;
  for (let index = 0; index < 60 && failed < 5; index++) {
    disk.fill();
    await cache.set(`key:${index}`, 'x'.repeat(100_000)).catch(() => failed++);
    expect(['value', undefined]).toContain(await cache.get('standing'));
  }
  // A limit of the database gives what was freed to nobody else: there older entries always make room.
  if (disk.kind === 'tmpfs') {
    expect(failed).toBe(5);
    expect(errors[0]).toMatch(/^TIER_FAILED: .*full/);
    expect(await cache.getOrSet('loaded', () => 'loaded')).toBe('loaded');
  }
  disk.empty();
  await expect
    .poll(
      async () => {
        await cache.set('again', 1).catch(() => {});
        return cache.get('again');
      },
      { timeout: 10_000 },
    )
    .toBe(1);
}, 30_000);
