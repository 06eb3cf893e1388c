import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { escapeGlob } from '../../src/adapter/index.ts';
import type { Keyspace } from '../../src/ports/keyspace.ts';
import type { Scope, Tier, TierAbilities, TierHost } from '../../src/ports/tier.ts';
import { taggedJson } from '../../src/serializer/tagged-json.ts';
import type { LocalBus } from '../../src/testing/index.ts';
import { faultyTier, localBus, tierSuite } from '../../src/testing/index.ts';
import { CollectedSuite } from './collected-suite.ts';
import type { SpoilBytes } from './naive-byte-tier.ts';
import { corrupt, NaiveByteKeyspace, NaiveByteTier } from './naive-byte-tier.ts';
import { NaiveKeyspace, TOO_LONG } from './naive-keyspace.ts';
import type { Spoil } from './naive-tier.ts';
import { NaiveTier } from './naive-tier.ts';

const real = NaiveKeyspace.prototype;

/** Bugs that tiers have had or could have, and the group of the suite that has to find each. */
const MUTANTS: Readonly<Record<string, readonly [group: string, spoil: Spoil]>> = {
  'a falsy value is a miss': [
    'odd values',
    (keys) => {
      keys.get = (key, now) => {
        const entry = real.get.call(keys, key, now);
        return entry?.value ? entry : undefined;
      };
    },
  ],
  'values go through JSON': [
    'odd values',
    (keys) => {
      keys.store = (key, entry) => {
        const value = entry.negative ? undefined : JSON.parse(JSON.stringify(entry.value) ?? 'null');
        return real.store.call(keys, key, { ...entry, value });
      };
    },
  ],
  'whole seconds, rounded up': [
    'time to live',
    (keys) => {
      keys.get = (key, now) => real.get.call(keys, key, Math.floor(now / 1_000) * 1_000);
    },
  ],
  'entries end with their TTL, windows or not': [
    'time to live',
    (keys) => {
      keys.get = (key, now) => {
        const entry = real.get.call(keys, key, now);
        return entry && now < entry.freshUntil ? entry : undefined;
      };
    },
  ],
  'dead entries are answered with': [
    'time to live',
    (keys) => {
      keys.get = (key) => keys.entries.get(key);
    },
  ],
  'a TTL of more than 25 days overflows': [
    'time to live',
    (keys) => {
      keys.store = (key, entry) => {
        const overflows = entry.freshUntil - keys.clock.now() > 2 ** 31 && entry.freshUntil !== Infinity;
        return real.store.call(keys, key, overflows ? { ...entry, freshUntil: keys.clock.now() } : entry);
      };
    },
  ],
  'keys lose their case': [
    'odd keys',
    (keys) => {
      keys.get = (key, now) => real.get.call(keys, key.toLowerCase(), now);
      keys.store = (key, entry) => real.store.call(keys, key.toLowerCase(), entry);
    },
  ],
  'keys are normalized': [
    'odd keys',
    (keys) => {
      keys.get = (key, now) => real.get.call(keys, key.normalize(), now);
      keys.store = (key, entry) => real.store.call(keys, key.normalize(), entry);
    },
  ],
  'getMany leaves misses out': [
    'many keys',
    (keys) => {
      keys.getMany = (names, now) => names.map((key) => keys.get(key, now)).filter((entry) => entry !== undefined);
    },
  ],
  'deleteMany answers true for all': [
    'many keys',
    (keys) => {
      keys.deleteMany = (names, now) => real.deleteMany.call(keys, names, now).map(() => true);
    },
  ],
  'every write within a millisecond has the same version': [
    'versions of entries',
    (keys) => {
      keys.next = () => keys.clock.now();
    },
  ],
  'versions begin anew after a delete': [
    'versions of entries',
    (keys) => {
      keys.delete = (key, now) => {
        keys.state.version = 0;
        return real.delete.call(keys, key, now);
      };
      keys.next = () => ++keys.state.version;
    },
  ],
  'the version that an entry brings is replaced': [
    'versions of entries',
    (keys) => {
      keys.store = (key, entry) => real.store.call(keys, key, { ...entry, version: keys.next() });
    },
  ],
  'expire without windows leaves the value': [
    'touch and expire',
    (keys) => {
      keys.expire = (key, now) => {
        keys.void(key);
        return keys.get(key, now) ? keys.next() : 0;
      };
    },
  ],
  'touch brings dead entries back': [
    'touch and expire',
    (keys) => {
      keys.touch = (key, freshUntil) => {
        const entry = keys.entries.get(key);
        return entry && !entry.negative ? keys.store(key, { ...entry, freshUntil, version: keys.next() }) : 0;
      };
    },
  ],
  'delete counts negative entries': [
    'negative entries',
    (keys) => {
      keys.delete = (key, now) => {
        const had = keys.get(key, now) !== undefined;
        real.delete.call(keys, key, now);
        return had;
      };
    },
  ],
  'set does not void the lease': [
    'fills',
    (keys) => {
      keys.set = (key, entry) => keys.store(key, entry);
    },
  ],
  'delete does not void the lease of a missing key': [
    'fills',
    (keys) => {
      keys.delete = (key, now) => (keys.entries.has(key) ? real.delete.call(keys, key, now) : false);
    },
  ],
  'expire does not void the lease': [
    'fills',
    (keys) => {
      keys.expire = (key, now) => {
        const held = keys.held.get(key);
        const version = real.expire.call(keys, key, now);
        if (held) keys.held.set(key, held);
        return version;
      };
    },
  ],
  'patterns do not find lease markers': [
    'fills',
    (keys) => {
      keys.deletePattern = (pattern, now) => {
        const held = [...keys.held].filter(([key]) => !keys.entries.has(key));
        real.deletePattern.call(keys, pattern, now);
        for (const [key, leases] of held) keys.held.set(key, leases);
      };
    },
  ],
  'clear leaves lease markers': [
    'fills',
    (keys) => {
      keys.clear = () => {
        keys.entries.clear();
        keys.names.clear();
      };
    },
  ],
  'touch voids the lease': [
    'fills',
    (keys) => {
      keys.touch = (key, freshUntil, now) => {
        keys.void(key);
        return real.touch.call(keys, key, freshUntil, now);
      };
    },
  ],
  'a fill is accepted without looking at the token': [
    'fills',
    (keys) => {
      Object.assign(keys.leases, { fill: keys.set.bind(keys) });
    },
  ],
  'a fill is accepted after the lease has ended': [
    'fills',
    (keys) => {
      const { fill } = keys.leases;
      Object.assign(keys.leases, { fill: ((key, entry, token) => fill(key, entry, token, 0)) as typeof fill });
    },
  ],
  'a fill leaves the lease': [
    'fills',
    (keys) => {
      const { fill } = keys.leases;
      const keep: typeof fill = (key, entry, token, now) => {
        const held = keys.held.get(key);
        const version = fill(key, entry, token, now);
        if (held) keys.held.set(key, held);
        return version;
      };
      Object.assign(keys.leases, { fill: keep });
    },
  ],
  'everybody wins': [
    'leases',
    (keys) => {
      const { acquire } = keys.leases;
      const win: typeof acquire = (key, request) => acquire(key, { ...request, exclusive: false });
      Object.assign(keys.leases, { acquire: win });
    },
  ],
  'replaces is ignored': [
    'leases',
    (keys) => {
      const { acquire } = keys.leases;
      const ignore: typeof acquire = (key, request) => acquire(key, { ...request, replaces: 0 });
      Object.assign(keys.leases, { acquire: ignore });
    },
  ],
  'a stale value is a hit': [
    'leases',
    (keys) => {
      const { acquire } = keys.leases;
      const answer: typeof acquire = (key, request) => {
        const entry = keys.get(key, request.now);
        return entry && entry.version !== request.replaces ? { state: 'hit', entry } : acquire(key, request);
      };
      Object.assign(keys.leases, { acquire: answer });
    },
  ],
  'a lease never ends': [
    'leases',
    (keys) => {
      const { acquire } = keys.leases;
      const forever: typeof acquire = (key, request) => acquire(key, { ...request, ttlMs: Infinity });
      Object.assign(keys.leases, { acquire: forever });
    },
  ],
  'release takes any token': [
    'leases',
    (keys) => {
      Object.assign(keys.leases, { release: (key: string) => keys.void(key) });
    },
  ],
  'renew says yes to any token': [
    'leases',
    (keys) => {
      Object.assign(keys.leases, { renew: () => true });
    },
  ],
  'who waits sleeps on': [
    'leases',
    (keys) => {
      keys.wake = () => {};
    },
  ],
  'lease markers are listed': [
    'lease markers are invisible',
    (keys) => {
      keys.keys = (pattern) => new Set([...real.keys.call(keys, pattern), ...keys.held.keys()]);
    },
  ],
  'a missing version of a tag is always the same': [
    'versions of tags',
    (keys) => {
      const { ensure } = keys.versions;
      const same: typeof ensure = (names, until, now) => {
        for (const name of names) if (!keys.names.has(name)) keys.names.set(name, `initial ${name}`);
        return ensure(names, until, now);
      };
      Object.assign(keys.versions, { ensure: same });
    },
  ],
  'clear leaves the versions of tags': [
    'versions of tags',
    (keys) => {
      keys.clear = (now) => {
        const names = [...keys.names];
        real.clear.call(keys, now);
        for (const [name, version] of names) keys.names.set(name, version);
      };
    },
  ],
  'patterns know stars only': [
    'patterns',
    (keys) => {
      keys.deletePattern = (pattern, now) => {
        const stars = pattern.split('*').map(escapeGlob).join('*');
        real.deletePattern.call(keys, stars, now);
      };
    },
  ],
  'what is too large is not stored, and the old value stays': [
    'bad bytes and refusals',
    (keys) => {
      keys.store = (key, entry) => {
        const old = keys.entries.get(key);
        try {
          return real.store.call(keys, key, entry);
        } catch (error) {
          if (old) keys.entries.set(key, old);
          throw error;
        }
      };
    },
  ],
  'a closed tier answers with misses': [
    'claims and lifecycle',
    (keys) => {
      keys.assertOpen = () => {};
    },
  ],
};

const BYTE_MUTANTS: Readonly<Record<string, readonly [group: string, spoil: SpoilBytes]>> = {
  'bad bytes are an error': [
    'bad bytes and refusals',
    (keys) => {
      keys.report = (error) => {
        throw error;
      };
    },
  ],
  'bad bytes are kept quiet about': [
    'bad bytes and refusals',
    (keys) => {
      keys.report = () => {};
    },
  ],
  'checksums are not looked at': [
    'bad bytes and refusals',
    (keys) => {
      const { decode } = NaiveByteKeyspace.prototype;
      keys.decode = (bytes, key) => {
        try {
          return decode.call(keys, bytes, key);
        } catch {
          const entry = keys.entries.get(key);
          return entry && { ...entry, value: 'something' };
        }
      };
    },
  ],
  "the region's serializer is ignored": [
    'serializers',
    (keys) => {
      Object.assign(keys, { serializer: taggedJson });
    },
  ],
  'payloads are serialized again': [
    'serializers',
    (keys) => {
      const { put } = NaiveByteKeyspace.prototype;
      keys.put = (key, entry, payload) => put.call(keys, key, payload ? { ...entry, value: payload } : entry);
    },
  ],
  'references are handed out': [
    'one key',
    (keys) => {
      keys.put = (key, entry) => void keys.entries.set(key, entry);
      keys.decode = (_, key) => keys.entries.get(key);
    },
  ],
};

function failuresOf(create: () => Tier): Promise<string[]> {
  const suite = new CollectedSuite();
  const spoiling = create() instanceof NaiveByteTier ? { corrupt } : {};
  tierSuite(suite, { create, ...spoiling, tooLarge: () => 'x'.repeat(TOO_LONG + 1) });
  return suite.failures();
}

describe('the tier suite finds', () => {
  for (const [name, [group, spoil]] of Object.entries(MUTANTS)) {
    it(name, async () => {
      const failures = await failuresOf(() => new NaiveTier(spoil));
      assert.ok(
        failures.some((failed) => failed.startsWith(`${group} > `)),
        `in ${group}, it failed: ${failures.join('; ')}`,
      );
    });
  }

  for (const [name, [group, spoil]] of Object.entries(BYTE_MUTANTS)) {
    it(`in bytes: ${name}`, async () => {
      const failures = await failuresOf(() => new NaiveByteTier(spoil));
      assert.ok(
        failures.some((failed) => failed.startsWith(`${group} > `)),
        `in ${group}, it failed: ${failures.join('; ')}`,
      );
    });
  }

  it('regions that are joined to their keys', async () => {
    class Joined extends NaiveTier {
      override identify({ namespace }: Scope): string {
        return namespace;
      }
    }
    assert.notDeepEqual(await failuresOf(() => new Joined()), []);
  });

  it('namespaces that are joined to their regions', async () => {
    class Joined extends NaiveTier {
      override identify({ namespace, region }: Scope): string {
        return region === '' ? namespace : `${namespace}:${region}`;
      }
    }
    assert.notDeepEqual(await failuresOf(() => new Joined()), []);
  });

  it('timers that are left behind', async () => {
    const leak: Spoil = (keys) => {
      keys.set = (key, entry, now) => {
        keys.clock.setTimer(() => {}, 60_000, true);
        return real.set.call(keys, key, entry, now);
      };
    };
    assert.notDeepEqual(await failuresOf(() => new NaiveTier(leak)), []);
  });

  it('answers of the sync view that are promises', async () => {
    class Late extends NaiveTier {
      override readonly sync: NonNullable<NaiveTier['sync']> = {
        open: (scope, host) => faultyTier(this, { async: true }).open(scope, host),
      };
    }
    assert.notDeepEqual(await failuresOf(() => new Late()), []);
  });

  it('nothing in a tier that is as it should be', async () => {
    assert.deepEqual(await failuresOf(() => new NaiveTier()), []);
    assert.deepEqual(await failuresOf(() => new NaiveByteTier()), []);
  });

  it('a tier that announces nothing, and one that announces what nobody listens to', async () => {
    class Silent extends NaiveTier {
      readonly bus: LocalBus = localBus();
      override can: TierAbilities = { ...new NaiveTier().can, announces: true };
    }
    class Loud extends Silent {
      override open(scope: Scope, host: TierHost): Keyspace {
        const loud = faultyTier(new NaiveTier(), { bus: this.bus, announces: true });
        return loud.open(scope, { ...host, announce: true });
      }
    }
    const [silent, loud] = [await failuresOf(() => new Silent()), await failuresOf(() => new Loud())];
    assert.deepEqual(silent.length, 1, silent.join('; '));
    assert.ok(loud.includes('announcements > nothing is announced for a cache that does not listen'), loud.join('; '));
  });

  const lies: readonly Partial<TierAbilities>[] = [
    { leases: false },
    { lists: false },
    { bytes: true },
    { shared: true },
    { persistent: true },
    { announces: true },
  ];
  for (const lie of lies) {
    it(`the lie ${JSON.stringify(lie)}`, async () => {
      const create = (): NaiveTier => {
        const tier = new NaiveTier();
        tier.can = { ...tier.can, ...lie };
        return tier;
      };
      assert.notDeepEqual(await failuresOf(create), []);
    });
  }
});
