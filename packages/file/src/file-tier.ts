import type {
  Bus,
  EvictionCause,
  Keyspace,
  Scope,
  Serializer,
  Tier,
  TierAbilities,
  TierHost,
  TierUsage,
} from '@uno-cache/core';
import { Hosts, scopePrefix } from '@uno-cache/core/adapter';
import { FileBus } from './bus/file-bus.ts';
import type { Durability } from './durability.ts';
import { EntryTable, prefixOf } from './entries/entry-table.ts';
import { LargeValues } from './entries/large-values.ts';
import type { Shared } from './keyspace/file-keyspace.ts';
import { FileKeyspace } from './keyspace/file-keyspace.ts';
import type { Mode } from './keyspace/mode.ts';
import { atOnce, grouped } from './keyspace/mode.ts';
import { Housekeeper } from './space/housekeeper.ts';
import type { Limits } from './space/limits.ts';
import { Recency } from './space/recency.ts';
import { usageOf } from './space/usage.ts';
import { LOCK_TIMEOUT_MS } from './store/lock-wait.ts';
import { Store } from './store/store.ts';

export interface FileTierInit {
  readonly name: string;
  readonly ttlMs: number;
  readonly directory: string;
  readonly durability: Durability;
  readonly limits: Limits;
  readonly serializer: Serializer;
  readonly bringsBus: boolean;
}

/** A tier over one store. Reads answer at once; writes at once through `sync`, else with those of the same turn. */
export class FileTier implements Tier {
  readonly name: string;
  readonly can: TierAbilities;
  readonly ttlMs?: number;
  /** Locks are waited for that long; then the command fails by itself. */
  readonly commandTimeoutMs: number = 2 * LOCK_TIMEOUT_MS;
  readonly bus?: Bus;
  readonly sync: Pick<Tier, 'open'>;
  readonly #store: Store;
  readonly #shared: Shared;
  readonly #grouped: Mode;
  /** By what the keys of a scope begin with. */
  readonly #hosts = new Map<string, Hosts>();

  constructor(init: FileTierInit) {
    const { name, ttlMs, directory, durability, limits, serializer, bringsBus } = init;
    this.name = name;
    if (ttlMs !== Infinity) this.ttlMs = ttlMs;
    const store = new Store({ directory, durability, limits, owner: `Tier "${name}"` });
    const bus = bringsBus ? new FileBus(store, `${name}-bus`) : undefined;
    if (bus !== undefined) this.bus = bus;
    const large = new LargeValues(store, durability === 'power');
    const entries = new EntryTable(large, (key, cause) => this.#evicted(key, cause));
    const recency = new Recency();
    const housekeeper = new Housekeeper(store, entries, recency, large);
    this.#store = store;
    this.#shared = {
      ...{ store, entries, large, recency, housekeeper, serializer },
      announce: (transaction, namespace, message) => bus?.append(transaction, namespace, message),
    };
    this.#grouped = grouped(store);
    const immediate = atOnce(store);
    this.sync = { open: (scope, host) => this.#open(scope, host, immediate) };
    const bytes = { shared: true, leases: true, lists: true, persistent: true, bytes: true };
    this.can = Object.freeze({ ...bytes, announces: bringsBus });
  }

  open(scope: Scope, host: TierHost): Keyspace {
    return this.#open(scope, host, this.#grouped);
  }

  usage(): TierUsage {
    return this.#store.read((connection) => usageOf(connection, this.#store.limits));
  }

  ping(): void {
    this.#store.read(() => this.#store.checkedConnection().get('SELECT seq FROM ledger LIMIT 1'));
  }

  close(): void {
    void this.bus?.close();
    this.#store.close();
  }

  #open(scope: Scope, host: TierHost, mode: Mode): Keyspace {
    this.#store.attach(host);
    this.#hostsOf(scopePrefix(scope)).add(host);
    return new FileKeyspace(this.#shared, scope, host, mode);
  }

  #hostsOf(prefix: string): Hosts {
    const known = this.#hosts.get(prefix);
    if (known !== undefined) return known;
    for (const [each, hosts] of this.#hosts) if (hosts.isEmpty) this.#hosts.delete(each);
    const added = new Hosts();
    this.#hosts.set(prefix, added);
    return added;
  }

  #evicted(physical: string, cause: EvictionCause): void {
    const prefix = prefixOf(physical);
    this.#hosts.get(prefix)?.report({ kind: 'evict', key: physical.slice(prefix.length), cause });
  }
}
