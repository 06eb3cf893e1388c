import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tierSuite } from '@uno-cache/core/testing';
import { file } from '@uno-cache/file';
import { redis } from '@uno-cache/redis';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { hashRing, sharded } from '../../src/index.ts';
import type { TestRedis } from '../start-redis.ts';
import { startRedis } from '../start-redis.ts';

const ring = hashRing(['a', 'b', 'c']);
const tooLarge = (): string => 'x'.repeat(2_000_000);

describe.concurrent('sharded() over three Redis servers', { timeout: 30_000 }, () => {
  let servers: readonly TestRedis[];
  beforeAll(async () => {
    servers = await Promise.all([startRedis(), startRedis(), startRedis()]);
  }, 30_000);
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  const tierOf = (index: number) =>
    redis({ name: `redis-${index}`, url: servers[index]!.path, commandTimeout: '5s', maxValueBytes: '1mb' });
  // Side by side: the cases mostly wait for time to pass, and each has a namespace of its own.
  tierSuite(
    { describe: (name, body) => describe.concurrent(name, body), it },
    { time: 'real', create: () => sharded(ring, { a: tierOf(0), b: tierOf(1), c: tierOf(2) }), tooLarge },
  );
});

// No case waits for the disk, which other packages' tests may keep busy.
describe('sharded() over three directories', { timeout: 30_000 }, () => {
  const directoryOf = (namespace: string) => join(tmpdir(), `uno-cache-sharded-${namespace}`);
  tierSuite(
    { describe, it },
    {
      create: ({ namespace }) => {
        const tierOf = (name: string) =>
          file({
            name,
            directory: join(directoryOf(namespace), name),
            durability: 'process',
            maxBytes: '4mb',
            maxValueBytes: '1mb',
          });
        return sharded(ring, { a: tierOf('a'), b: tierOf('b'), c: tierOf('c') });
      },
      tooLarge,
      cleanUp: ({ namespace }) => rmSync(directoryOf(namespace), { recursive: true, force: true }),
    },
  );
});
