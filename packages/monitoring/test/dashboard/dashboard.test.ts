import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { redis } from '@uno-cache/redis';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import type { Monitor, MonitorOptions } from '../../src/index.ts';
import { createMonitor } from '../../src/index.ts';
import { startRedis } from '../start-redis.ts';
import { browserForTests, expectText, isLive } from './browser.ts';

const openPage = browserForTests();

/** How often a test looks again, and how long at most. The page is told every second. */
const SOON = { timeout: 15_000, interval: 50 };

async function served(cache: Cache, options: MonitorOptions = {}): Promise<{ monitor: Monitor; url: string }> {
  onTestFinished(() => cache.close());
  const monitor = createMonitor(cache, options);
  const { url } = await monitor.serve({ port: 0 });
  return { monitor, url };
}

/** The numbers of a row of a table, by their names. */
async function numbersOf(page: Page, table: string, row: string): Promise<Record<string, string>> {
  const cells = page.locator(`#${table} tr[data-key="${row}"] [data-stat]`);
  const pairs = await cells.evaluateAll((all) => all.map((cell) => [cell.getAttribute('data-stat'), cell.textContent]));
  return Object.fromEntries(pairs);
}

/** How much of a chart is drawn in the colour of the first tier. */
function bluePixels(page: Page, canvas: string): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector('${canvas}');
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let blue = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 50 && data[i + 2] > data[i] + 60) blue++;
    return blue;
  })()`);
}

const count = (value: number | undefined): string => new Intl.NumberFormat('en').format(value ?? Number.NaN);

test('the numbers on the page are those of getStats()', async () => {
  const cache = createCache({
    name: 'numbers',
    tiers: [memory({ maxEntries: 100 })],
    regions: { profiles: { ttl: '1m' }, short_lived: { tiers: [memory({ name: 'short', maxEntries: 10 })] } },
  });
  const { monitor, url } = await served(cache);
  const { page, complaints } = await openPage(url);
  await isLive(page);
  for (let id = 0; id < 1500; id++) await cache.region('profiles').getOrSet(`user:${id % 200}`, () => id);
  for (let id = 0; id < 40; id++) await cache.region('short_lived').getOrSet(`tmp:${id}`, () => id);
  await cache.get('nothing');
  await cache.set('config', 1);
  await cache.delete('config');

  const stats = monitor.getStats();
  expect(stats.hits + stats.misses).toBe(1541);
  await expect
    .poll(() => numbersOf(page, 'tiers', 'memory'), SOON)
    .toMatchObject({
      hits: count(stats.tiers.memory?.hits),
      misses: count(stats.tiers.memory?.misses),
      hitRate: `${((stats.hitRate.memory ?? 0) * 100).toFixed(1)}\u202f%`,
      size: count(stats.tiers.memory?.size),
      evictedForSize: count(stats.tiers.memory?.evictions.size),
      errors: '0',
    });
  for (const [name, region] of Object.entries(stats.regions)) {
    await expect
      .poll(() => numbersOf(page, 'regions', name), SOON)
      .toMatchObject({
        hits: count(region.hits),
        misses: count(region.misses),
        sets: count(region.sets),
        deletes: count(region.deletes),
        loads: count(region.factory.runs),
      });
  }
  await expectText(page, '#tiles [data-stat="hitRate"]', `${(stats.hitRate.overall * 100).toFixed(1)}\u202f%`);
  await expectText(page, '#cache-name', 'numbers');
  expect(complaints).toEqual([]);
});

test('charts move under load, and their legends with them', async () => {
  const cache = createCache({ name: 'charts', tiers: [memory()] });
  const { url } = await served(cache);
  const { page, complaints } = await openPage(url);
  await isLive(page);
  await expectText(page, '#traffic .empty', 'No lookups yet');
  const idle = await bluePixels(page, '#traffic canvas');

  await cache.set('key', 'value');
  let isLoaded = true;
  onTestFinished(() => {
    isLoaded = false;
  });
  const load = async (): Promise<void> => {
    while (isLoaded) {
      for (let n = 0; n < 100; n++) await cache.get('key');
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const loading = load();
  const now = () => page.locator('#traffic tr[data-key="memory"] td').first().textContent();
  await expect.poll(now, SOON).toMatch(/^[\d.]+[KM]$/);
  await expect.poll(() => page.locator('#traffic .empty').isHidden(), SOON).toBe(true);
  await expectText(page, '#hit-rate tr[data-key="memory"] td', '100.0');
  await expectText(page, '#latency tr[data-key="memory"] td', /[nµm]s/);
  await expect.poll(() => bluePixels(page, '#traffic canvas'), SOON).toBeGreaterThan(idle + 2000);

  isLoaded = false;
  await loading;
  await expect.poll(now, SOON).toBe('0');
  expect(complaints).toEqual([]);
});

test('a page that comes late has the curves of before', async () => {
  const cache = createCache({ name: 'late', tiers: [memory()] });
  const { url } = await served(cache);
  const first = await openPage(url);
  await isLive(first.page);
  for (let n = 0; n < 1000; n++) await cache.get(`key:${n}`);
  const most = (page: Page) => page.locator('#traffic tr[data-key="misses"] td').last().textContent();
  await expect.poll(() => most(first.page), SOON).not.toMatch(/^[0–]$/);
  const { page } = await openPage(url);
  await isLive(page);
  expect(await most(page)).toBe(await most(first.page));
});

test('a killed Redis shows within 3 seconds', async () => {
  const server = await startRedis();
  onTestFinished(() => server.kill());
  const cache = createCache({ name: 'killed', tiers: [memory(), redis({ url: server.url })] });
  cache.on('error', () => {});
  const { url } = await served(cache);
  await cache.set('key', 'value');
  const { page } = await openPage(url);
  await isLive(page);
  await expectText(page, '#health li[data-key="redis"] .badge', 'Up');
  await expectText(page, '#health li[data-key="bus"] .badge', 'Up');
  await expectText(page, '#overall', 'All good');

  await server.kill();
  await expectText(page, '#health li[data-key="redis"] .badge', 'Down', 3000);
  await expectText(page, '#overall', 'Down', 1000);
  await expectText(page, '#announcement', 'The cache is down.');
  expect(await page.title()).toBe('Down: killed · uno-cache');
  expect(await page.locator('#health li[data-key="redis"] .details').textContent()).toMatch(/\w.* · since /);
});

test('alerts and advice stand there in sentences', async () => {
  const cache = createCache({ name: 'alerts', tiers: [memory()] });
  const { monitor, url } = await served(cache, {
    interval: '100ms',
    alerts: [{ name: 'misses', metric: 'hitRate', below: 0.5, minCount: 10, severity: 'critical' }],
  });
  const { page } = await openPage(url);
  await isLive(page);
  await expectText(page, '#alerts', 'No alert');
  await expectText(page, '#advice', 'Nothing to change');
  for (let n = 0; n < 200; n++) await cache.get(`key:${n}`);
  await expectText(page, '#alerts li .badge', 'Firing');
  await expectText(page, '#alerts li .name', 'misses');
  await expectText(page, '#alerts li .details', monitor.alerts[0]?.text ?? 'an alert');
});

test('keys are shown when topKeys is on, as text and not as markup; values never', async () => {
  const cache = createCache({ name: 'keys', tiers: [memory()] });
  const { url } = await served(cache, { topKeys: 5 });
  const key = 'user:<img src=x onerror="document.title=1">';
  for (let n = 0; n < 2000; n++) await cache.getOrSet(key, () => 'a-secret-value');
  const { page, complaints, requests } = await openPage(url);
  await expectText(page, '#traffic-keys tbody th', key);
  expect(await page.content()).not.toContain('a-secret-value');
  expect(requests.filter((address) => address.endsWith('/x'))).toEqual([]);
  expect(complaints).toEqual([]);
});

test('keys are not shown unless topKeys is on', async () => {
  const cache = createCache({ name: 'shy', tiers: [memory()] });
  const { url } = await served(cache);
  for (let n = 0; n < 2000; n++) await cache.getOrSet('user:secret', () => n);
  const { page } = await openPage(url);
  await isLive(page);
  await expectText(page, '#traffic-keys', 'topKeys');
  expect(await page.content()).not.toContain('user:secret');
});

test('nothing is asked of anybody else', async () => {
  const cache = createCache({ name: 'alone', tiers: [memory()] });
  const { url } = await served(cache);
  const { page, requests, complaints } = await openPage(url);
  await isLive(page);
  expect(requests.length).toBeGreaterThan(10);
  expect(requests.filter((address) => !address.startsWith(url))).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a lost connection is said, and taken up again', async () => {
  const cache = createCache({ name: 'lost', tiers: [memory()] });
  onTestFinished(() => cache.close());
  const monitor = createMonitor(cache);
  const server = await monitor.serve({ port: 0 });
  const { page } = await openPage(server.url);
  await isLive(page);
  expect(await page.locator('#banner').isVisible()).toBe(false);

  await server.close();
  await page.locator('#banner').waitFor({ timeout: 4000 });
  await expectText(page, '#banner', 'The connection is lost');
  await expectText(page, '#live', 'Not connected');

  await monitor.serve({ port: server.port });
  await page.getByRole('button', { name: 'Retry now' }).click();
  await isLive(page);
  expect(await page.locator('#banner').isVisible()).toBe(false);
});
