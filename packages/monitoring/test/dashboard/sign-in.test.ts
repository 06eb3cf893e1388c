import { expect, onTestFinished, test } from 'vitest';
import type { MonitorServer } from '../../src/server/monitor-server.ts';
import { serve } from '../../src/server/serve.ts';
import { fakeMonitor } from '../server/fake-monitor.ts';
import { browserForTests, expectText, isLive } from './browser.ts';

const openPage = browserForTests();
const TOKEN = 'a-token-of-some-length';

async function served(): Promise<MonitorServer> {
  const server = await serve(fakeMonitor(), { port: 0, host: '0.0.0.0', token: TOKEN });
  onTestFinished(() => server.close());
  return server;
}

test('a wrong token is not let in, the right one is', async () => {
  const { url } = await served();
  const { page } = await openPage(url);
  await page.getByLabel('Token').fill('not-the-token');
  await page.getByRole('button', { name: 'Open the dashboard' }).click();
  await expectText(page, '[role=alert]', 'That was not the token.');
  await page.getByLabel('Token').fill(TOKEN);
  await page.getByRole('button', { name: 'Open the dashboard' }).click();
  await isLive(page);
  await expectText(page, '#cache-name', 'shop');
});

test('a link with the token opens the page, and the token leaves the address', async () => {
  const { url } = await served();
  const { page, requests, complaints } = await openPage(`${url}?token=${TOKEN}`);
  await isLive(page);
  expect(page.url()).toBe(url);
  expect(requests.filter((address) => address.includes(TOKEN))).toHaveLength(1);
  expect(await page.evaluate('document.cookie')).toBe('');
  await page.reload();
  await isLive(page);
  expect(complaints).toEqual([]);
});
