import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCache } from '@uno-cache/core';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../src/env/variables.ts';
import { explain, fromEnv, testDefaults } from '../src/index.ts';

const presetOf = (env: Record<string, string>): string => explain(fromEnv(env)).split('\n')[1]!.replace(/ +/g, ' ');

/** A right value for every variable there is. */
const ALL = {
  UNO_CACHE_PRESET: 'production',
  UNO_CACHE_NAME: 'shop',
  UNO_CACHE_NAMESPACE: 'shop-v2',
  UNO_CACHE_TTL: '5m',
  UNO_CACHE_JITTER: '0.2',
  UNO_CACHE_STALE_WHILE_REVALIDATE: '0',
  UNO_CACHE_STALE_IF_ERROR: '90',
  UNO_CACHE_EARLY_REFRESH: '1.5',
  UNO_CACHE_SOFT_TIMEOUT: '200ms',
  UNO_CACHE_HARD_TIMEOUT: '3s',
  UNO_CACHE_NEGATIVE_TTL: '30s',
  UNO_CACHE_LEASE_TTL: '6s',
  UNO_CACHE_LEASE_WAIT: '7s',
  UNO_CACHE_MAX_STALENESS: '8s',
  UNO_CACHE_MEMORY_MAX_ENTRIES: '500',
  UNO_CACHE_MEMORY_MAX_BYTES: '10mb',
  UNO_CACHE_FILE_DIRECTORY: import.meta.dirname,
  UNO_CACHE_FILE_MAX_BYTES: '64mb',
  UNO_CACHE_REDIS_URL: 'rediss://user:hunter2@cache.internal:6380/2?password=hunter2',
  UNO_CACHE_REDIS_KEY_PREFIX: 'app:',
  UNO_CACHE_REDIS_COMMAND_TIMEOUT: '300ms',
  UNO_CACHE_MONITORING_PORT: '0',
  UNO_CACHE_MONITORING_HOST: '0.0.0.0',
  UNO_CACHE_MONITORING_TOKEN: 'hunter2-hunter2-hunter2',
};

describe('fromEnv()', () => {
  it('reads every variable there is, each into its option', () => {
    expect(Object.keys(ALL).sort()).toEqual(Object.keys(VARIABLES).sort());
    const options = fromEnv(ALL);
    expect(options).toMatchObject({
      name: 'shop',
      namespace: 'shop-v2',
      ttl: '5m',
      jitter: 0.2,
      staleWhileRevalidate: 0,
      staleIfError: 90,
      earlyRefresh: 1.5,
      softTimeout: '200ms',
      hardTimeout: '3s',
      negativeTtl: '30s',
      leaseTtl: '6s',
      leaseWait: '7s',
      maxStaleness: '8s',
    });
    expect(options.tiers?.map(({ name }) => name)).toEqual(['memory', 'file', 'redis']);
    expect(options.tiers?.at(-1)?.commandTimeoutMs).toBe(300);
    const told = explain(options);
    expect(told).not.toContain('hunter2');
    for (const [name, { path }] of Object.entries(VARIABLES)) {
      expect(told).toMatch(new RegExp(`^${path.replace('.', '\\.')} .* environment +${name}`, 'm'));
    }
    for (const tier of options.tiers ?? []) void tier.close();
  });

  it('reads what the reference lists, and nothing else', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/environment.md'), 'utf8');
    const listed = [...page.matchAll(/^\| `(UNO_CACHE_\w+)`/gm)].map(([, name]) => name);
    expect(listed).toEqual(Object.keys(VARIABLES));
  });

  it('takes the preset that is named, else the one that fits NODE_ENV', () => {
    expect(presetOf({ UNO_CACHE_PRESET: 'serverless' })).toBe('preset serverless environment UNO_CACHE_PRESET');
    const production = { NODE_ENV: 'production', UNO_CACHE_REDIS_URL: 'off' };
    expect(presetOf(production)).toBe('preset production environment NODE_ENV is production');
    expect(presetOf({ ...production, UNO_CACHE_PRESET: 'test' })).toMatch(/^preset test/);
    expect(presetOf({ NODE_ENV: 'test' })).toMatch(/^preset test/);
    expect(presetOf({ NODE_ENV: 'staging' })).toMatch(/^preset development/);
    expect(presetOf({})).toMatch(/^preset development/);
  });

  it('reads process.env when it is given nothing', async () => {
    process.env.UNO_CACHE_TTL = '7m';
    try {
      expect(fromEnv().ttl).toBe('7m');
    } finally {
      delete process.env.UNO_CACHE_TTL;
    }
    await using cache = createCache(fromEnv());
    expect(await cache.getOrSet('k', () => 1)).toBe(1);
  });

  it.each([
    ['UNO_CACHE_PRESET', 'prod', 'must be one of "development", "production", "test", "serverless"; got "prod"'],
    ['UNO_CACHE_PRESET', 'Production', '(did you mean "production"?)'],
    ['UNO_CACHE_TTL', '10 min', 'must be a duration greater than 0'],
    ['UNO_CACHE_TTL', '0', 'must be a duration greater than 0'],
    ['UNO_CACHE_TTL', '-5', 'got -5'],
    ['UNO_CACHE_TTL', '1e3', 'got "1e3"'],
    ['UNO_CACHE_TTL', '', 'is empty; without a value, leave it out'],
    ['UNO_CACHE_STALE_WHILE_REVALIDATE', ' ', 'must be a duration'],
    ['UNO_CACHE_STALE_WHILE_REVALIDATE', ' 0 ', 'must be a duration'],
    ['UNO_CACHE_STALE_IF_ERROR', '0x0', 'must be a duration'],
    ['UNO_CACHE_JITTER', '10%', 'must be a number from 0 to 1; got "10%"'],
    ['UNO_CACHE_JITTER', '1.1', 'must be a number from 0 to 1; got 1.1'],
    ['UNO_CACHE_EARLY_REFRESH', 'true', 'must be a number from 0 to 1000; got "true"'],
    ['UNO_CACHE_MEMORY_MAX_ENTRIES', '10_000', 'must be an integer of at least 1; got "10_000"'],
    ['UNO_CACHE_MEMORY_MAX_ENTRIES', '1.5', 'got 1.5'],
    ['UNO_CACHE_MEMORY_MAX_BYTES', '64 MB', 'must be a size greater than 0'],
    ['UNO_CACHE_NAME', 'x'.repeat(300), 'must be a well-formed string of 1 to 256 characters'],
    ['UNO_CACHE_REDIS_KEY_PREFIX', 'app:*', 'must be a text without * ? [ ] \\; got "app:*"'],
    ['UNO_CACHE_REDIS_URL', 'localhost:6379', 'must be redis://host:port'],
    ['UNO_CACHE_MONITORING_PORT', '65536', 'must be an integer from 0 to 65535; got 65536'],
    ['UNO_CACHE_MONITORING_TOKEN', 'hunter2', 'got 7 characters'],
    ['UNO_CACHE_MONITORING_HOST', '127.0.0.1', 'says nothing without UNO_CACHE_MONITORING_PORT'],
    ['UNO_CACHE_REDIS_URL', 'of', 'must be redis://host:port'],
    ['UNO_CACHE_REDIS_COMMAND_TIMEOUT', '500 ms', 'must be a duration'],
    ['UNO_CACHE_REDS_URL', 'redis://h', 'is no variable of the cache; did you mean UNO_CACHE_REDIS_URL?'],
    ['UNO_CACHE_toString', 'x', 'is no variable of the cache'],
  ])('refuses %s=%s', (name, text, message) => {
    const call = () => fromEnv({ UNO_CACHE_PRESET: 'test', UNO_CACHE_REDIS_URL: 'off', [name]: text });
    expect(call).toThrow(TypeError);
    expect(call).toThrow(name);
    expect(call).toThrow(message);
  });

  it('tells of all that is wrong in one error', () => {
    const env = {
      NODE_ENV: 'production',
      PATH: '/bin',
      UNO_CACHE_TTL: 'soon',
      UNO_CACHE_JITER: '0.1',
      UNO_CACHE_FILE_MAX_BYTES: '64mb',
      UNO_CACHE_REDIS_KEY_PREFIX: 'app:',
    };
    expect(() => fromEnv(env)).toThrowErrorMatchingInlineSnapshot(`
      [TypeError: fromEnv(): the environment says what cannot be
      - UNO_CACHE_TTL must be a duration greater than 0: seconds as a number, Infinity, or a number with a unit (ms, s, m, h, d) as "5m"; got "soon"
      - "UNO_CACHE_JITER" is no variable of the cache; did you mean UNO_CACHE_JITTER?
      - UNO_CACHE_FILE_MAX_BYTES says nothing without UNO_CACHE_FILE_DIRECTORY
      - UNO_CACHE_REDIS_KEY_PREFIX says nothing without UNO_CACHE_REDIS_URL
      - UNO_CACHE_REDIS_URL is missing: production needs the URL of a server, or off for one process]
    `);
  });

  it('tells of a wrong variable once, and not that it were missing', () => {
    const env = {
      UNO_CACHE_PRESET: 'production',
      UNO_CACHE_REDIS_URL: 'localhost',
      UNO_CACHE_REDIS_COMMAND_TIMEOUT: '1s',
      UNO_CACHE_MONITORING_PORT: 'http',
      UNO_CACHE_MONITORING_HOST: 'here',
      UNO_CACHE_MONITORING_TOKEN: 'short',
    };
    expect(() => fromEnv(env)).toThrowErrorMatchingInlineSnapshot(`
      [TypeError: fromEnv(): the environment says what cannot be
      - UNO_CACHE_REDIS_URL must be redis://host:port, rediss://host:port or the path of a socket; got a text that is no URL
      - UNO_CACHE_MONITORING_PORT must be an integer from 0 to 65535; got "http"
      - UNO_CACHE_MONITORING_TOKEN must be 16 to 256 printable ASCII characters without spaces; got 5 characters]
    `);
  });

  it('wants to know of a service in production where processes share entries', () => {
    const production = { UNO_CACHE_PRESET: 'production' };
    expect(() => fromEnv(production)).toThrow(/UNO_CACHE_REDIS_URL is missing/);
    for (const more of [{ UNO_CACHE_REDIS_URL: 'off' }, { UNO_CACHE_FILE_DIRECTORY: import.meta.dirname }]) {
      expect(() => fromEnv({ ...production, ...more })).not.toThrow();
    }
    const late = { ...production, UNO_CACHE_REDIS_URL: 'off', UNO_CACHE_REDIS_COMMAND_TIMEOUT: '1s' };
    expect(() => fromEnv(late)).toThrow(/UNO_CACHE_REDIS_COMMAND_TIMEOUT says nothing without UNO_CACHE_REDIS_URL/);
  });

  it('repeats no secret: of a wrong URL, or of a variable that it does not know', () => {
    const env = {
      UNO_CACHE_REDIS_URL: 'http://user:hunter2@host?password=hunter2',
      UNO_CACHE_REDIS_PASSWORD: 'hunter2',
    };
    expect(() => fromEnv(env)).toThrow(/http:\/\/\*\*\*@host/);
    expect(() => fromEnv(env)).toThrow(/UNO_CACHE_REDIS_PASSWORD/);
    expect(() => fromEnv(env)).not.toThrow(/hunter2/);
  });

  it('serves a monitor to other machines only for a token', () => {
    const open = { UNO_CACHE_PRESET: 'test', UNO_CACHE_MONITORING_PORT: '0', UNO_CACHE_MONITORING_HOST: '0.0.0.0' };
    expect(() => fromEnv(open)).toThrow(
      /UNO_CACHE_MONITORING_TOKEN is missing: "0.0.0.0" can be reached from elsewhere/,
    );
    expect(fromEnv({ ...open, UNO_CACHE_MONITORING_TOKEN: 'x'.repeat(20) }).extensions).toHaveLength(1);
    expect(fromEnv({ ...open, UNO_CACHE_MONITORING_HOST: 'localhost' }).extensions).toHaveLength(1);
  });

  it('judges as the monitor does which hosts are this machine', () => {
    const served = { UNO_CACHE_PRESET: 'test', UNO_CACHE_MONITORING_PORT: '0' };
    for (const host of ['localhost', 'LOCALHOST', 'app.localhost', '127.3.2.1', '::1', '[::1]']) {
      expect(fromEnv({ ...served, UNO_CACHE_MONITORING_HOST: host }).extensions).toHaveLength(1);
    }
    for (const host of ['127.0.0.999', '127.0.0.1.example', 'localhost.example', '10.0.0.1', '::2']) {
      expect(() => fromEnv({ ...served, UNO_CACHE_MONITORING_HOST: host })).toThrow(/_MONITORING_TOKEN is missing/);
      expect(() => testDefaults({ monitoring: { port: 0, host } })).toThrow(/token must be/);
    }
  });

  it('refuses what are no variables', () => {
    expect(() => fromEnv(null as never)).toThrow(/env must be an object of variables; got null/);
  });
});
