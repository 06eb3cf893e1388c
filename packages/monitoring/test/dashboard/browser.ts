import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { env, getuid } from 'node:process';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, vi } from 'vitest';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page, and what it did that is not to be seen. */
export interface OpenPage {
  readonly page: Page;
  /** What the console had to complain about. */
  readonly complaints: readonly string[];
  /** Addresses of all requests. */
  readonly requests: readonly string[];
}

/** A real Chromium for the tests of a file; each page has a profile of its own. */
export function browserForTests(): (url: string, options?: BrowserContextOptions) => Promise<OpenPage> {
  vi.setConfig({ testTimeout: 60_000 });
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executable(), chromiumSandbox: getuid?.() !== 0, args: ARGS });
  }, 60_000);
  afterAll(() => browser?.close());

  return async (url, options = {}) => {
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, ...options });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(url);
    return { page, complaints, requests };
  };
}

/** Waits until the page has shown what the server sent. */
export async function isLive(page: Page): Promise<void> {
  await page.locator('#live[data-state="live"]').waitFor();
}

/** The text of an element, as soon as it is the one expected. */
export async function expectText(page: Page, selector: string, text: string | RegExp, timeout = 10_000): Promise<void> {
  const matching = typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text);
  await expect.poll(() => page.locator(selector).first().textContent(), { timeout }).toEqual(matching);
}

function executable(): string {
  const folders = (env.PATH ?? '').split(delimiter);
  const places = [...PROGRAMS.flatMap((name) => folders.map((folder) => join(folder, name))), ...MAC];
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error('Chromium is not installed: apt-get install chromium');
  return found;
}
