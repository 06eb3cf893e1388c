import { expectTypeOf } from 'vitest';
import type { Cache, Duration, EntryInfo, InvalidationResult } from '../../src/index.ts';
import { createCache, setDefaultCache } from '../../src/index.ts';
import { NaiveTier } from '../testing/naive-tier.ts';

const tiers = [new NaiveTier()];
const plain = createCache({ tiers });
const cache = createCache({ tiers, regions: { short_lived: { ttl: 60 }, profiles: { ttl: '10m' } } });

// Regions
expectTypeOf(cache).toEqualTypeOf<Cache<'short_lived' | 'profiles'>>();
expectTypeOf(cache.region('profiles')).toEqualTypeOf<Cache<'short_lived' | 'profiles'>>();
expectTypeOf(cache.withRegion('profiles', () => 1)).toEqualTypeOf<number>();
expectTypeOf(cache.withRegion('profiles', async () => 'a')).toEqualTypeOf<Promise<string>>();
// @ts-expect-error a region that there is not
cache.region('profile');
// @ts-expect-error a region that there is not
cache.withRegion('profile', () => 1);
// @ts-expect-error there are no regions
plain.region('profiles');
// @ts-expect-error an option that there is not
createCache({ tiers, tll: 1 });
// @ts-expect-error an option that regions do not have
createCache({ tiers, regions: { a: { namespace: 'a' } } });
setDefaultCache(cache);
setDefaultCache(plain);

// Durations
createCache({ tiers, ttl: '1h', leaseTtl: 0.5, maxStaleness: '250ms', staleIfError: '7d' });
// @ts-expect-error a unit that there is not
createCache({ tiers, ttl: '10 min' });
// @ts-expect-error no unit
await cache.set('k', 1, { ttl: '10' });
// @ts-expect-error a unit that there is not
await cache.touch('k', '1 hour');
// @ts-expect-error a unit that there is not
await cache.getOrSet('k', () => 1, { staleWhileRevalidate: '1 day' });
// @ts-expect-error a unit that there is not
await cache.set('k', 1, { tiers: { memory: { ttl: '1 hour' } } });

// What a factory gives is what getOrSet gives
expectTypeOf(await cache.getOrSet('k', () => 1)).toEqualTypeOf<number>();
expectTypeOf(await cache.getOrSet('k', async () => ({ name: 'Ada' }))).toEqualTypeOf<{ name: string }>();
expectTypeOf(await cache.getOrSet('k', ({ key }) => key)).toEqualTypeOf<string>();
expectTypeOf(await cache.getOrSet('k', async ({ key }) => key.length)).toEqualTypeOf<number>();
expectTypeOf(await cache.getOrSet('k', () => undefined as string | undefined)).toEqualTypeOf<string | undefined>();
expectTypeOf(await cache.getOrSet('k', () => null as string | null)).toEqualTypeOf<string | null>();
expectTypeOf(await cache.getOrSet<number>('k', () => 1)).toEqualTypeOf<number>();
expectTypeOf(cache.sync.getOrSet('k', ({ key }) => key.length)).toEqualTypeOf<number>();
expectTypeOf(await cache.getOrSetMany(['k'], (keys) => new Map(keys.map((key) => [key, 1])))).toEqualTypeOf<
  Map<string, number>
>();
expectTypeOf(await cache.getOrSetMany(['k'], async () => ({ k: 'a' }))).toEqualTypeOf<Map<string, string>>();
// @ts-expect-error no factory
await cache.getOrSet('k', 1);

// The factory's context, and what options are told of the value
await cache.getOrSet(
  'k',
  (context) => {
    expectTypeOf(context.key).toEqualTypeOf<string>();
    expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
    expectTypeOf(context.stale).toEqualTypeOf<unknown>();
    expectTypeOf(context.setTtl).parameter(0).toEqualTypeOf<Duration>();
    expectTypeOf(context.setTags).parameter(0).toEqualTypeOf<readonly string[]>();
    expectTypeOf(context.skip).returns.toEqualTypeOf<void>();
    return { seconds: 10 };
  },
  { ttl: (value, key) => value.seconds + key.length },
);
await cache.set('k', { seconds: 10 }, { ttl: (value) => value.seconds });
// @ts-expect-error not a field of the value
await cache.set('k', { seconds: 10 }, { ttl: (value) => value.minutes });
// @ts-expect-error not an option
await cache.set('k', 1, { tll: 1 });

// Reading
expectTypeOf(await cache.get('k')).toEqualTypeOf<unknown>();
expectTypeOf(await cache.get<number>('k')).toEqualTypeOf<number | undefined>();
expectTypeOf(cache.sync.get<number>('k')).toEqualTypeOf<number | undefined>();
expectTypeOf(await cache.getMany<number>(['k'])).toEqualTypeOf<Map<string, number>>();
expectTypeOf(await cache.getEntry<number>('k')).toEqualTypeOf<EntryInfo<number> | undefined>();
expectTypeOf(await cache.has('k')).toEqualTypeOf<boolean>();
// @ts-expect-error no key
await cache.get(1);

// Writing
await cache.setMany({ a: 1 });
await cache.setMany(new Map([['a', 1]]));
await cache.setMany([['a', 1]]);
// @ts-expect-error no entries
await cache.setMany(['a', 1]);
expectTypeOf(await cache.deleteMany(['k'])).toEqualTypeOf<number>();
expectTypeOf(await cache.invalidateTags(['t'])).toEqualTypeOf<InvalidationResult>();
expectTypeOf(await cache.clear()).toEqualTypeOf<InvalidationResult>();

// Events
cache.on('hit', (event) => {
  const { cache: name, region, key, tier, stale, negative } = event;
  expectTypeOf([name, region, key, tier]).toEqualTypeOf<string[]>();
  expectTypeOf([stale, negative]).toEqualTypeOf<boolean[]>();
});
expectTypeOf(cache.on('miss', () => {})).toEqualTypeOf<() => void>();
// @ts-expect-error an event that there is not
cache.on('hits', () => {});
