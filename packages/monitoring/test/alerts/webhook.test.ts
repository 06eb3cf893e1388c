import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCache } from '@uno-cache/core';
import { faultyTier, manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { expect, test, vi } from 'vitest';
import type { WebhookOptions } from '../../src/index.ts';
import { createMonitor } from '../../src/index.ts';

interface Received {
  readonly body: { readonly status: string; readonly alert: { readonly name: string } };
  readonly headers: IncomingMessage['headers'];
}

/** A server that answers with the statuses given, then with 204. */
async function receiver(
  statuses: number[] = [],
  headers: Record<string, string> = {},
): Promise<{ url: string; received: Received[]; stop: () => Promise<void> }> {
  const received: Received[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = '';
    for await (const chunk of request) text += chunk;
    received.push({ body: JSON.parse(text) as Received['body'], headers: request.headers });
    response.writeHead(statuses.shift() ?? 204, headers).end();
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}/hook/secret`, received, stop };
}

function stage(webhook: WebhookOptions) {
  const clock = manualClock();
  const far = faultyTier(memory({ name: 'far' }), { async: true });
  const cache = createCache({ clock, name: 'shop', tiers: [memory(), far] });
  const rules = [{ name: 'down', metric: 'down', above: 0 }] as const;
  const monitor = createMonitor(cache, { interval: '1s', alerts: rules, webhook });
  const errors: string[] = [];
  monitor.on('error', ({ code, message }) => errors.push(`${code} ${message}`));
  return { clock, far, cache, errors };
}

test('alerts are posted as JSON, with the headers that were given, in order', async () => {
  const { url, received, stop } = await receiver();
  const { clock, far, cache, errors } = stage({ url, headers: { authorization: 'Bearer token' } });
  far.fail('ping', new Error('gone'));
  await clock.advanceAsync('1s');
  far.heal();
  await clock.advanceAsync('1s');
  await vi.waitFor(() => expect(received).toHaveLength(2), 10_000);
  expect(received.map(({ body }) => [body.status, body.alert.name])).toEqual([
    ['firing', 'down'],
    ['resolved', 'down'],
  ]);
  expect(received[0]?.headers).toMatchObject({ authorization: 'Bearer token', 'content-type': 'application/json' });
  expect(errors).toEqual([]);
  await cache.close();
  await stop();
});

test('an attempt that fails is made again', { timeout: 30_000 }, async () => {
  const { url, received, stop } = await receiver([500, 503]);
  const { clock, far, cache, errors } = stage({ url, timeout: '1h' });
  far.fail('ping', new Error('gone'));
  await clock.advanceAsync('1s');
  await vi.waitFor(() => expect(received).toHaveLength(1), 10_000);
  // The next look of the monitor, and the pause before the next attempt.
  await vi.waitFor(() => expect(clock.timers().map(({ delayMs }) => delayMs)).toEqual([1000, 1000]), 10_000);
  expect(received).toHaveLength(1);
  await vi.waitFor(async () => {
    if (received.length < 3) await clock.advanceAsync('1s');
    expect(received).toHaveLength(3);
  }, 20_000);
  expect(new Set(received.map(({ body }) => body.alert.name))).toEqual(new Set(['down']));
  expect(errors).toEqual([]);
  await cache.close();
  await stop();
});

test('a webhook that is down harms nothing: the alert is given up after four attempts, without naming its path', {
  timeout: 30_000,
}, async () => {
  const { url, stop } = await receiver();
  await stop();
  const { clock, far, cache, errors } = stage({ url });
  far.fail('ping', new Error('gone'));
  await vi.waitFor(async () => {
    await clock.advanceAsync('10s');
    expect(errors).toHaveLength(1);
  }, 20_000);
  expect(errors[0]).toMatch(
    /^WEBHOOK_FAILED Alert "down" did not reach the webhook at 127\.0\.0\.1:\d+: ECONNREFUSED$/,
  );
  expect(errors[0]).not.toContain('secret');
  await cache.close();
});

test.each([
  ['a record', { Authorization: 'Bearer token', 'Content-Type': 'text/plain' }],
  ['Headers', new Headers({ authorization: 'Bearer token' }) as unknown as Record<string, string>],
])('headers may be %s, in any case; what is posted is JSON', async (_, headers) => {
  const { url, received, stop } = await receiver();
  const { clock, far, cache } = stage({ url, headers });
  far.fail('ping', new Error('gone'));
  await clock.advanceAsync('1s');
  await vi.waitFor(() => expect(received).toHaveLength(1), 10_000);
  expect(received[0]?.headers).toMatchObject({ authorization: 'Bearer token', 'content-type': 'application/json' });
  await cache.close();
  await stop();
});

test('a redirect is a failure: what is meant for one server is told to no other', { timeout: 30_000 }, async () => {
  const elsewhere = await receiver();
  const { url, received, stop } = await receiver([307, 307, 307, 307], { location: elsewhere.url });
  const { clock, far, cache, errors } = stage({ url, headers: { 'x-api-key': 'secret' } });
  far.fail('ping', new Error('gone'));
  await vi.waitFor(async () => {
    await clock.advanceAsync('10s');
    expect(errors).toHaveLength(1);
  }, 20_000);
  expect(errors[0]).toMatch(/answered with 307$/);
  expect([received.length, elsewhere.received.length]).toEqual([4, 0]);
  await cache.close();
  await Promise.all([stop(), elsewhere.stop()]);
});

test('a URL with a password is refused, without being told', async () => {
  await using cache = createCache({ tiers: [memory()] });
  const webhook = { url: 'https://ops:s3cret@hooks.example/T000/SECRET' };
  const refused = (): unknown => createMonitor(cache, { webhook });
  expect(refused).toThrow(TypeError);
  expect(refused).toThrow(/^webhook\.url must be without a user and password(?!.*(?:s3cret|SECRET))/);
});

test('closing does not wait for one that never answers', async () => {
  const server = createServer(() => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { clock, far, cache, errors } = stage({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const asked = once(server, 'request');
  far.fail('ping', new Error('gone'));
  await clock.advanceAsync('1s');
  await asked;
  await cache.close();
  expect(errors).toEqual([]);
  expect(clock.pending).toBe(0);
  server.closeAllConnections();
  server.close();
});

test.each([
  [{ url: 'ftp://x' }, /webhook\.url/],
  [{ url: 'nonsense' }, /webhook\.url/],
  [{}, /webhook\.url/],
  [{ url: 'http://x', timeout: 'soon' }, /webhook\.timeout/],
  [{ url: 'http://x', headers: { 'a b': 'c' } }, /webhook\.headers/],
  [{ url: 'http://x', token: 1 }, /webhook.*"token"/],
])('refuses %j', (webhook, message) => {
  const cache = createCache({ tiers: [memory()] });
  expect(() => createMonitor(cache, { webhook: webhook as WebhookOptions })).toThrow(message);
  void cache.close();
});
