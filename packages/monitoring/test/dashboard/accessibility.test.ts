import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { MonitorInternals } from '../../src/monitor.ts';
import { serve } from '../../src/server/serve.ts';
import { browserForTests, expectText, isLive } from './browser.ts';
import { busyMonitor } from './busy-monitor.ts';

const openPage = browserForTests();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function served(monitor: MonitorInternals = busyMonitor()): Promise<{ url: string; close: () => Promise<void> }> {
  const server = await serve(monitor, { port: 0 });
  onTestFinished(() => server.close());
  return server;
}

/** What axe finds, a readable line for each. */
async function violations(page: Page): Promise<readonly string[]> {
  // By the debugger's way: the page's own policy lets no script in.
  await page.evaluate(AXE);
  const results = await page.evaluate<AxeResults>('axe.run()');
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

/** What has the focus, by its name or what it says. */
function focused(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const element = document.activeElement;
    return (element.getAttribute('aria-label') ?? element.closest('label')?.textContent ?? element.textContent).trim();
  })()`);
}

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each([400, 1600])('axe finds nothing at a width of %d', async (width) => {
    const { url } = await served();
    const { page, complaints } = await openPage(url, { viewport: { width, height: 900 }, colorScheme });
    await isLive(page);
    await expectText(page, '#alerts', 'slow-redis');
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  test('axe finds nothing when the connection is lost', async () => {
    const server = await served();
    const { page } = await openPage(server.url, { colorScheme });
    await isLive(page);
    await server.close();
    await page.locator('#banner').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test('axe finds nothing where one signs in', async () => {
    const server = await serve(busyMonitor(), { port: 0, token: 'a-token-of-some-length' });
    onTestFinished(() => server.close());
    const { page } = await openPage(`${server.url}?token=wrong`, { colorScheme });
    expect(await violations(page)).toEqual([]);
  });
});

test('the keyboard reaches everything, in the order of the page, and shows where it is', async () => {
  const { url } = await served();
  const { page } = await openPage(url);
  await isLive(page);
  await expectText(page, '#traffic .legend', 'memory');
  const walk: string[] = [];
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press('Tab');
    const name = await focused(page);
    if (name === walk[0]) break;
    walk.push(name);
    const outline = await page.evaluate(`(() => {
      const element = document.activeElement;
      return getComputedStyle(element.matches('input') ? element.nextElementSibling : element).outlineStyle;
    })()`);
    expect([name, outline]).toEqual([name, 'solid']);
    if (name === '/ready') break;
  }
  const landmarks = [
    'Skip to content',
    '5 min',
    'Theme: auto',
    'Traffic',
    'memory',
    'Latency of reads',
    'Tiers',
    'Regions',
    '/ready',
  ];
  const places = landmarks.map((start) => walk.findIndex((name) => name.startsWith(start)));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

test('the link to the content skips what is above', async () => {
  const { url } = await served();
  const { page } = await openPage(url);
  await isLive(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('content');
});

test('arrow keys move the legend of a chart through time', async () => {
  const { url } = await served();
  const { page } = await openPage(url);
  await isLive(page);
  const caption = () => page.locator('#hit-rate caption').textContent();
  await expect
    .poll(() => page.locator('#hit-rate tr[data-key="memory"] td').first().textContent(), { timeout: 15_000 })
    .toContain('%');
  expect(await caption()).toBe('');
  await page.locator('#hit-rate .plot').focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(caption).toMatch(/^at \d\d:\d\d:\d\d$/);
  await page.keyboard.press('Escape');
  await expect.poll(caption).toBe('');
});

test('a line is taken away and brought back by its name', async () => {
  const { url } = await served();
  const { page } = await openPage(url);
  await isLive(page);
  const button = page.locator('#hit-rate').getByRole('button', { name: 'memory' });
  await button.focus();
  await page.keyboard.press('Enter');
  expect(await button.getAttribute('aria-pressed')).toBe('false');
  await page.keyboard.press('Space');
  expect(await button.getAttribute('aria-pressed')).toBe('true');
  // A second of news does not take the focus away.
  await expectText(page, '#uptime', /[2-9]\u202fs/);
  expect(await focused(page)).toBe('memory');
});

test('the theme is chosen, and remembered', async () => {
  const { url } = await served();
  const { page } = await openPage(url, { colorScheme: 'dark' });
  const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const dark = await ground();
  await page.getByRole('button', { name: 'Theme: auto' }).click();
  await expectText(page, '#theme', 'Theme: light');
  const light = await ground();
  expect(light).not.toBe(dark);
  await page.reload();
  await expectText(page, '#theme', 'Theme: light');
  expect(await ground()).toBe(light);
  await page.getByRole('button', { name: 'Theme: light' }).click();
  expect(await ground()).toBe(dark);
});

test('who wants less motion gets none', async () => {
  const { url } = await served();
  const animation = async (reducedMotion: 'reduce' | 'no-preference') => {
    const { page } = await openPage(url, { reducedMotion });
    await isLive(page);
    return page.evaluate(`getComputedStyle(document.querySelector('.dot')).animationName`);
  };
  expect(await animation('reduce')).toBe('none');
  expect(await animation('no-preference')).toBe('breathe');
});
