import type {
  Clock,
  Entry,
  Keyspace,
  Scope,
  Serializer,
  Tier,
  TierAbilities,
  TierHost,
  TierUsage,
} from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import type { ByteSize, Duration } from '@uno-cache/core/adapter';
import {
  checkName,
  checkOneOf,
  checkOptions,
  checkSerializer,
  durationMs,
  mismatch,
  readMaxValueBytes,
  scopePrefix,
} from '@uno-cache/core/adapter';
import type { Bounds, BoundsOptions } from './bounds.ts';
import { BOUNDS_OPTION_NAMES, hasEntryBound, readBounds } from './bounds.ts';
import { cloned } from './keeping/cloned.ts';
import { frozen } from './keeping/frozen.ts';
import type { Keeping } from './keeping/keeping.ts';
import { Serialized } from './keeping/serialized.ts';
import { valueCheck } from './size/value-check.ts';
import { entryWeigher } from './size/weigh-entry.ts';
import { ClosedIndex } from './store/closed-index.ts';
import { Store } from './store/store.ts';
import type { Shared } from './tier/memory-keyspace.ts';
import { MemoryKeyspace } from './tier/memory-keyspace.ts';
import { Space } from './tier/space.ts';

const DEFAULT_NAME = 'memory';
const DEFAULT_ISOLATION: Isolation = 'none';

/**
 * Whether callers share objects with the cache. `none`: they do, and must not change them. `clone`: each gets a
 * structured clone, also of those who wait for one load, if this is the nearest tier. `freeze`: what is set is frozen all the way down; Map, Set, Date and typed arrays cannot be.
 */
export type Isolation = 'none' | 'clone' | 'freeze';

export interface MemoryOptions extends BoundsOptions<string, unknown> {
  /** @defaultValue `'memory'` */
  readonly name?: string;
  /** The longest time that an entry stays in this tier. @defaultValue none */
  readonly ttl?: Duration;
  /** Not with `serializer`, whose bytes are nobody's. @defaultValue `'none'` */
  readonly isolation?: Isolation;
  /** Keeps bytes instead of references. @defaultValue none */
  readonly serializer?: Serializer;
  /**
   * The largest value that is taken, as serialized or else by `sizeOf` or an estimate of its heap; a larger one is refused
   * with `VALUE_TOO_LARGE`. @defaultValue none
   */
  readonly maxValueBytes?: ByteSize;
}

const OPTION_NAMES: readonly string[] = Object.freeze([
  'name',
  'ttl',
  'isolation',
  'serializer',
  'maxValueBytes',
  ...BOUNDS_OPTION_NAMES,
]);

/**
 * A bounded tier in the memory of this process: the nearest of a cache, or its only one. Hits cost no allocation.
 *
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { memory } from '@uno-cache/memory';
 *
 * await using cache = createCache({ tiers: [memory({ maxEntries: 1_000 })] });
 * await cache.set('city:1', { name: 'Oslo' });
 * console.log(await cache.get('city:1'));
 * ```
 * @throws TypeError naming the option, what came and what is allowed.
 */
export function memory(options: MemoryOptions = {}): Tier {
  checkOptions('memory()', options, OPTION_NAMES);
  const { name = DEFAULT_NAME, ttl, isolation = DEFAULT_ISOLATION, serializer } = options;
  checkName(name, 'name');
  checkOneOf(isolation, 'isolation', ['none', 'clone', 'freeze']);
  if (serializer !== undefined) checkKept(serializer, isolation);
  const ttlMs = ttl === undefined ? Infinity : durationMs(ttl, 'ttl');
  const mostValueBytes = readMaxValueBytes(options.maxValueBytes);
  return new MemoryTier(name, ttlMs, readBounds(options), { isolation, serializer, mostValueBytes });
}

interface Form {
  readonly isolation: Isolation;
  readonly serializer: Serializer | undefined;
  readonly mostValueBytes: number;
}

class MemoryTier implements Tier {
  readonly name: string;
  readonly can: TierAbilities;
  readonly ttlMs?: number;
  readonly sync: Pick<Tier, 'open'> = this;
  readonly #bounds: Bounds<string, unknown>;
  readonly #form: Form;
  readonly #spaces = new Map<string, Space>();
  #shared: Shared | undefined;
  #lastVersion = 0;
  #isClosed = false;

  constructor(name: string, ttlMs: number, bounds: Bounds<string, unknown>, form: Form) {
    this.name = name;
    if (ttlMs !== Infinity) this.ttlMs = ttlMs;
    this.#bounds = bounds;
    this.#form = form;
    const bytes = form.serializer !== undefined;
    this.can = Object.freeze({ shared: false, leases: true, lists: true, persistent: false, bytes });
  }

  open(scope: Scope, host: TierHost): Keyspace {
    this.#shared ??= this.#create(host.clock);
    const space = this.#spaceOf(scope, host.clock);
    space.addHost(host);
    return new MemoryKeyspace(this.#shared, space, this.#keepingFor(scope, host), host);
  }

  usage(): TierUsage {
    const { maxEntries, maxBytes, weighs } = this.#bounds.limits;
    const store = this.#shared?.store;
    return {
      entries: store?.size ?? 0,
      ...(weighs ? { bytes: store?.bytes ?? 0 } : {}),
      ...(hasEntryBound(maxEntries) ? { maxEntries } : {}),
      ...(maxBytes === Infinity ? {} : { maxBytes }),
    };
  }

  ping(): void {
    if (this.#isClosed) throw new CacheError('CLOSED', `Tier ${this.name} has been closed.`);
  }

  close(): void {
    this.#isClosed = true;
    this.#shared?.store.close(this.#closedIndex());
    for (const { leases } of this.#spaces.values()) leases.clear();
  }

  /** The clock of whoever opens the tier first is the one that its timer runs by. */
  #create(clock: Clock): Shared {
    const { limits, policy, sizeOf } = this.#bounds;
    const weigh = limits.weighs ? entryWeigher(sizeOf) : () => 0;
    const { mostValueBytes } = this.#form;
    const keepsReferences = this.#form.serializer === undefined && this.#form.isolation !== 'clone';
    return {
      store: new Store(limits, policy, clock, keepsReferences ? plainValue : undefined),
      weigh,
      ...(mostValueBytes === Infinity ? {} : { checkValue: valueCheck(mostValueBytes, sizeOf) }),
      nextVersion: (now) => {
        this.#lastVersion = Math.max(this.#lastVersion + 1, Math.floor(now * 1000));
        return this.#lastVersion;
      },
      sawVersion: (version) => {
        if (version > this.#lastVersion) this.#lastVersion = version;
      },
    };
  }

  #spaceOf(scope: Scope, clock: Clock): Space {
    const id = scopePrefix(scope);
    let space = this.#spaces.get(id);
    if (space === undefined) {
      const partition = this.#shared!.store.addPartition(clock);
      if (this.#isClosed) partition.index = this.#closedIndex();
      space = new Space(partition, this.#form.serializer === undefined);
      this.#spaces.set(id, space);
    }
    return space;
  }

  #keepingFor(scope: Scope, host: TierHost): Keeping | undefined {
    const { isolation, serializer } = this.#form;
    if (serializer !== undefined) return new Serialized(scope.serializer ?? serializer, scope, host);
    if (isolation === 'none') return undefined;
    return isolation === 'clone' ? cloned : frozen;
  }

  #closedIndex(): ClosedIndex {
    return new ClosedIndex(`Tier ${this.name}`);
  }
}

/** The value of an entry whose end in the store is all there is to look at; `undefined` of others. */
function plainValue(stored: unknown): unknown {
  const entry = stored as Entry;
  const isPlain = entry.usableMs === 0 && entry.slidingMs === 0 && entry.tags === undefined;
  return isPlain ? entry.value : undefined;
}

function checkKept(serializer: Serializer, isolation: Isolation): void {
  checkSerializer(serializer, 'serializer');
  if (isolation === 'none') return;
  throw new TypeError(mismatch('isolation', '"none" with a serializer: bytes are shared with nobody', isolation));
}
