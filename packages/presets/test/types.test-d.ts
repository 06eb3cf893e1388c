import type { Cache, CacheOptions } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import type { FileOptions } from '@uno-cache/file';
import { memory } from '@uno-cache/memory';
import type { MonitoringOptions } from '@uno-cache/monitoring';
import type { RedisOptions } from '@uno-cache/redis';
import { expectTypeOf } from 'vitest';
import type { FileSettings, MonitoringSettings, RedisSettings } from '../src/index.ts';
import {
  developmentDefaults,
  explain,
  fromEnv,
  productionDefaults,
  serverlessDefaults,
  testDefaults,
} from '../src/index.ts';

// What is spelled out says no more than the packages take.
expectTypeOf<Required<RedisSettings>>().toEqualTypeOf<Required<Pick<RedisOptions, keyof RedisSettings>>>();
expectTypeOf<Required<FileSettings>>().toEqualTypeOf<Required<Pick<FileOptions, keyof FileSettings>>>();

expectTypeOf<Required<MonitoringSettings>>().toEqualTypeOf<
  Required<Pick<MonitoringOptions, keyof MonitoringSettings>>
>();

expectTypeOf(developmentDefaults()).toEqualTypeOf<CacheOptions<never>>();
expectTypeOf(explain(testDefaults())).toEqualTypeOf<string>();

// Regions stay typed.
const regional = productionDefaults({ redis: 'redis://localhost', regions: { profiles: { ttl: '1m' }, pages: {} } });
expectTypeOf(createCache(regional)).toEqualTypeOf<Cache<'profiles' | 'pages'>>();
expectTypeOf(createCache({ ...fromEnv(), regions: { pages: {} } }).region)
  .parameter(0)
  .toEqualTypeOf<'pages'>();

// Somewhere processes share entries, or it is said that they do not.
productionDefaults({ redis: false });
productionDefaults({ file: './cache' });
productionDefaults({ tiers: [memory()] });
// @ts-expect-error
productionDefaults({ ttl: '1m' });
// @ts-expect-error
productionDefaults();

// Overrides are checked all the way down.
serverlessDefaults({ redis: { url: 'redis://localhost', commandTimeout: '300ms' }, memory: { maxEntries: 10 } });
// @ts-expect-error
serverlessDefaults({ redis: { url: 'redis://localhost', commandTimeout: '5 min' } });
// @ts-expect-error
serverlessDefaults({ redis: { commandTimeout: '300ms' } });
// @ts-expect-error
developmentDefaults({ memory: { maxEntry: 10 } });
// @ts-expect-error
testDefaults({ tll: '1m' });
