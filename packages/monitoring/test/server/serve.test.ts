import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { CacheError } from '@uno-cache/core';
import { manualClock } from '@uno-cache/core/testing';
import { Gauge } from 'prom-client';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { MonitorServer } from '../../src/server/monitor-server.ts';
import { serve } from '../../src/server/serve.ts';
import type { ServeOptions } from '../../src/server/serve-options.ts';
import { ask } from './ask.ts';
import type { FakeMonitor } from './fake-monitor.ts';
import { analysisOf, fakeMonitor, healthOf, statsOf, tierOf } from './fake-monitor.ts';

const TOKEN = 'a-token-of-some-length';
const FILES = new URL('../../dashboard/', import.meta.url);

const open: MonitorServer[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

async function served(options: ServeOptions = {}, monitor: FakeMonitor = fakeMonitor()): Promise<MonitorServer> {
  const server = await serve(monitor, { port: 0, ...options });
  open.push(server);
  return server;
}

describe('options', () => {
  test.each([
    [{ prot: 1 }, /unknown option "prot".*"port"/],
    [{ port: 70_000 }, /port must be an integer from 0 to 65535/],
    [{ port: '9090' }, /port must be/],
    [{ host: '' }, /host must be/],
    [{ host: '0.0.0.0' }, /token must be .*"0\.0\.0\.0" can be reached from elsewhere; got undefined/],
    [{ host: 'example.com' }, /token must be/],
    [{ token: 'short' }, /token must be .*; got "5 characters"/],
    [{ token: 'has spaces, which no header takes' }, /token must be/],
    [{ token: 1 }, /token must be/],
  ])('%o is refused', async (options, message) => {
    const refused = serve(fakeMonitor(), options as ServeOptions);
    await expect(refused).rejects.toThrow(TypeError);
    await expect(refused).rejects.toThrow(message);
  });

  test('the message does not tell a token that is nearly right', async () => {
    await expect(served({ token: 'nearly-secret' })).rejects.not.toThrow(/nearly/);
  });

  test('a taken port is named', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const refused = served({ port });
    await expect(refused).rejects.toThrow(`port ${port} of 127.0.0.1 is taken`);
    expect(CacheError.is(await refused.catch((error: unknown) => error), 'LISTEN_FAILED')).toBe(true);
  });

  test.each(['localhost', '127.0.0.1', '127.3.2.1', '::1'])('%s needs no token', async (host) => {
    const { url, port } = await served({ host });
    expect(new URL(url).port).toBe(String(port));
    expect((await ask(url)).status).toBe(200);
  });

  test('a wildcard is reached by a name', async () => {
    const { url, port } = await served({ host: '0.0.0.0', token: TOKEN });
    expect(url).toBe(`http://localhost:${port}/`);
  });
});

describe('answers', () => {
  test('/metrics is what the registry says', async () => {
    const monitor = fakeMonitor();
    new Gauge({ name: 'test_gauge', help: 'A gauge.', registers: [monitor.registry] }).set(42);
    const { url } = await served({}, monitor);
    const { status, headers, body } = await ask(new URL('/metrics', url));
    expect(status).toBe(200);
    expect(headers['content-type']).toBe(monitor.registry.contentType);
    expect(body).toContain('test_gauge 42');
  });

  test('/health is 200 while the process should live on, whatever is down', async () => {
    const monitor = fakeMonitor();
    const { url } = await served({}, monitor);
    monitor.health = healthOf({ overall: false, status: 'down' });
    const down = await ask(new URL('/health', url));
    expect(down.status).toBe(200);
    expect(JSON.parse(down.body)).toMatchObject({ overall: false, status: 'down' });
    monitor.health = healthOf({ liveness: { ok: false, reason: 'closed' } });
    expect((await ask(new URL('/health', url))).status).toBe(503);
  });

  test('/ready is 503 when the process is not', async () => {
    const monitor = fakeMonitor();
    const { url } = await served({}, monitor);
    expect((await ask(new URL('/ready', url))).status).toBe(200);
    monitor.health = healthOf({ readiness: { ok: false, reason: 'redis is down' } });
    const { status, body } = await ask(new URL('/ready', url));
    expect(status).toBe(503);
    expect(JSON.parse(body)).toEqual({ ok: false, reason: 'redis is down' });
  });

  test('/stats tells everything', async () => {
    const monitor = fakeMonitor();
    monitor.stats = statsOf({ hits: 3, misses: 1, tiers: { memory: tierOf({ hits: 3, misses: 1 }) } });
    const { url } = await served({}, monitor);
    const { headers, body } = await ask(new URL('/stats', url));
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(JSON.parse(body)).toMatchObject({
      stats: { hits: 3, tiers: { memory: { misses: 1 } } },
      analysis: { advice: [] },
      health: { overall: true },
      alerts: [],
      history: { at: [] },
    });
  });

  test('keys are told only by a monitor that shows them', async () => {
    const analysis = analysisOf({
      topKeys: { traffic: [{ region: '', key: 'secret:1', lookups: 9 }], missCost: [] },
      largestValues: [{ region: '', key: 'secret:2', bytes: 9 }],
    });
    const [shy, open] = [fakeMonitor(), fakeMonitor()];
    Object.assign(shy, { analysis, showsKeys: false });
    Object.assign(open, { analysis, showsKeys: true });
    const bodies = [];
    for (const monitor of [shy, open]) {
      const { url } = await served({}, monitor);
      bodies.push((await ask(new URL('/stats', url))).body);
    }
    expect(bodies[0]).not.toContain('secret:');
    expect(bodies[1]).toContain('secret:1');
    expect(bodies[1]).toContain('secret:2');
  });

  test('every file of the page is there, and no other', async () => {
    const { url } = await served();
    const types = { html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' };
    const files = readdirSync(FILES).filter((name) => /\.(js|css|html|svg)$/.test(name) && name !== 'index.html');
    for (const name of ['', 'uplot.js', 'uplot.css', ...files]) {
      const { status, headers } = await ask(new URL(name, url));
      expect([name, status]).toEqual([name, 200]);
      const extension = (name.split('.').at(-1) || 'html') as keyof typeof types;
      expect(headers['content-type']).toContain(types[extension]);
    }
    for (const name of ['index.html', 'tsconfig.json', 'uplot.d.ts', '../package.json', '%2e%2e/package.json', 'x']) {
      expect([name, (await ask(url, { path: `/${name}` })).status]).toEqual([name, 404]);
    }
  });

  test('a file is sent once: then the browser is told that it is the same', async () => {
    const { url } = await served();
    const { headers, body } = await ask(url);
    expect(headers['cache-control']).toBe('no-cache');
    expect(body).toContain('<!doctype html>');
    const again = await ask(url, { headers: { 'if-none-match': headers.etag } });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  test('HEAD is GET without a body', async () => {
    const { url } = await served();
    for (const path of ['/', '/stats', '/events']) {
      const { status, body } = await ask(new URL(path, url), { method: 'HEAD' });
      expect([path, status, body]).toEqual([path, 200, '']);
    }
  });

  test('every answer keeps browsers from harm', async () => {
    const { url } = await served();
    for (const path of ['/', '/stats', '/nowhere', '/events']) {
      const { headers } = await ask(new URL(path, url), { method: 'HEAD' });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
  });

  test('a monitor that fails is a 500, and the server lives on', async () => {
    const monitor = fakeMonitor();
    const { url } = await served({}, monitor);
    monitor.checkHealth = () => Promise.reject(new Error('broken'));
    expect((await ask(new URL('/health', url))).status).toBe(500);
    expect((await ask(new URL('/stats', url))).status).toBe(200);
  });
});

describe('what is not taken', () => {
  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s', async (method) => {
    const { url } = await served();
    const { status, headers } = await ask(new URL('/stats', url), { method });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  test('a body', async () => {
    const { url } = await served();
    expect((await ask(url, { headers: { 'content-length': 4 }, body: 'body' })).status).toBe(413);
    expect((await ask(url, { headers: { 'transfer-encoding': 'chunked' }, body: 'body' })).status).toBe(413);
  });

  test('an address that is none', async () => {
    const { url } = await served();
    expect((await ask(url, { path: 'http://[' })).status).toBe(400);
  });

  test('headers without end', async () => {
    const { url } = await served();
    expect((await ask(url, { headers: { 'x-long': 'x'.repeat(20_000) } })).status).toBe(431);
  });
});

test('who sends nothing, or half a request, is shut out after a few seconds', { timeout: 60_000 }, async () => {
  const { port } = await served();
  const began = performance.now();
  const sockets = ['', 'GET / HTTP/1.1\r\nHost: local'].map((sent) => {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.write(sent);
    return socket.resume();
  });
  await Promise.all(sockets.map((socket) => once(socket, 'close')));
  expect(performance.now() - began).toBeLessThan(20_000);
});

describe('the token', () => {
  test('a request without it learns nothing', async () => {
    const { url } = await served({ token: TOKEN });
    for (const path of ['/stats', '/metrics', '/health', '/ready', '/events', '/page.js', '/nowhere']) {
      const { status, headers, body } = await ask(new URL(path, url));
      expect([path, status, headers['www-authenticate']]).toEqual([path, 401, 'Bearer']);
      expect(body).not.toContain('shop');
    }
  });

  test('Authorization brings it', async () => {
    const { url } = await served({ token: TOKEN });
    const status = async (authorization: string) =>
      (await ask(new URL('/stats', url), { headers: { authorization } })).status;
    expect(await status(`Bearer ${TOKEN}`)).toBe(200);
    expect(await status(`bearer ${TOKEN}`)).toBe(200);
    expect(await status(`Bearer ${TOKEN}x`)).toBe(401);
    expect(await status(`Basic ${TOKEN}`)).toBe(401);
    expect(await status('Bearer ')).toBe(401);
  });

  test('a browser brings it once, and has a cookie then', async () => {
    const { url, port } = await served({ token: TOKEN });
    const signIn = await ask(url);
    expect([signIn.status, signIn.headers['content-type']]).toEqual([401, 'text/html; charset=utf-8']);
    expect(signIn.body).not.toContain('That was not the token');
    expect((await ask(new URL('/style.css', url))).status).toBe(200);

    const wrong = await ask(new URL('/?token=guess', url));
    expect(wrong.status).toBe(401);
    expect(wrong.body).toContain('That was not the token');

    const right = await ask(new URL(`/?token=${TOKEN}`, url));
    expect([right.status, right.headers.location]).toEqual([303, '/']);
    const cookie = right.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(new RegExp(`^uno_cache_${port}=[\\w-]+; Path=/; HttpOnly; SameSite=Strict$`));
    expect(cookie).not.toContain(TOKEN);

    const [pair] = cookie.split(';');
    expect((await ask(new URL('/stats', url), { headers: { cookie: `other=1; ${pair}` } })).status).toBe(200);
    expect((await ask(new URL('/stats', url), { headers: { cookie: `${pair}x` } })).status).toBe(401);
  });

  test('whoever is signed in stays on this host', async () => {
    const { url } = await served({ token: TOKEN });
    for (const path of ['/.//evil.example', '/x/..///evil.example']) {
      const { status, headers } = await ask(url, { path: `${path}?token=${TOKEN}` });
      expect([status, headers.location]).toEqual([303, '/evil.example']);
    }
  });

  test('the cookie of another token is worth nothing', async () => {
    const [one, other] = [await served({ token: TOKEN }), await served({ token: `${TOKEN}-2` })];
    const answer = await ask(new URL(`/?token=${TOKEN}`, one.url));
    const value = answer.headers['set-cookie']?.[0]?.split(/[=;]/)[1];
    const cookie = `uno_cache_${other.port}=${value}`;
    expect((await ask(new URL('/stats', other.url), { headers: { cookie } })).status).toBe(401);
  });

  test('with it, the name that a request asks for does not matter', async () => {
    const { url } = await served({ token: TOKEN });
    const headers = { host: 'metrics.example.com', authorization: `Bearer ${TOKEN}` };
    expect((await ask(new URL('/stats', url), { headers })).status).toBe(200);
  });
});

describe('without a token', () => {
  test.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '[::2]',
  ])('a request for %o is refused: its page is not ours', async (host) => {
    const { url } = await served();
    const { status, body } = await ask(new URL('/stats', url), { headers: { host } });
    expect(status).toBe(421);
    expect(body).not.toContain('shop');
  });

  test.each(['localhost', 'LOCALHOST:1', '127.0.0.1:9090', '[::1]:9090', 'shop.localhost:9090'])(
    'a request for %o is answered',
    async (host) => {
      const { url } = await served();
      expect((await ask(new URL('/stats', url), { headers: { host } })).status).toBe(200);
    },
  );
});

describe('the end', () => {
  test('close() does not wait for anybody', async () => {
    const server = await served();
    const idle = connect(server.port, '127.0.0.1');
    const half = connect(server.port, '127.0.0.1');
    half.write('GET / HTTP/1.1\r\nHost: local');
    await Promise.all([once(idle, 'connect'), once(half, 'connect')]);
    const stream = await fetch(new URL('/events', server.url));
    const ended = Promise.all(
      [idle, half].map((socket) =>
        once(
          socket.on('error', () => {}),
          'close',
        ),
      ),
    );
    await server.close();
    await server.close();
    await ended;
    await expect(stream.text().then(() => 'ended')).resolves.toBe('ended');
    await expect(ask(server.url)).rejects.toThrow('ECONNREFUSED');
  });

  test('then nobody looks at the monitor any more', async () => {
    const clock = manualClock();
    const monitor = { ...fakeMonitor(), clock, getStats: vi.fn(() => statsOf({})) };
    const server = await served({}, monitor);
    clock.advance(1000);
    await server.close();
    const looks = monitor.getStats.mock.calls.length;
    clock.advance(5000);
    expect(monitor.getStats).toHaveBeenCalledTimes(looks);
  });

  test('it ends with its monitor', async () => {
    const monitor = fakeMonitor();
    const server = await served({}, monitor);
    await monitor.close();
    await expect(ask(server.url)).rejects.toThrow('ECONNREFUSED');
  });

  test('then its monitor does not hold it any more', async () => {
    const monitor = fakeMonitor();
    const server = await served({}, monitor);
    expect(monitor.closers.size).toBe(1);
    await server.close();
    expect(monitor.closers.size).toBe(0);
  });

  test('await using closes it', async () => {
    let url: string;
    {
      await using server = await served();
      url = server.url;
    }
    await expect(ask(url)).rejects.toThrow('ECONNREFUSED');
  });
});
