import { physicalKey } from '../../src/adapter/index.ts';
import { decodeEntry, encodeEntry } from '../../src/entry/codec.ts';
import type { Entry } from '../../src/entry/entry.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Serializer } from '../../src/ports/serializer.ts';
import type { Scope, Tier, TierAbilities, TierHost } from '../../src/ports/tier.ts';
import { taggedJson } from '../../src/serializer/tagged-json.ts';
import type { CorruptTarget } from '../../src/testing/index.ts';
import type { NaiveMaps, NaiveState } from './naive-keyspace.ts';
import { NaiveKeyspace, newMaps } from './naive-keyspace.ts';

/** Breaks a keyspace, so that a suite has something to find. */
export type SpoilBytes = (keyspace: NaiveByteKeyspace) => void;

/** A naive keyspace that keeps bytes in the place of values. */
export class NaiveByteKeyspace extends NaiveKeyspace {
  readonly serializer: Serializer;
  readonly #scope: Scope;
  readonly #host: TierHost;

  constructor(state: NaiveState, clock: Clock, maps: NaiveMaps, scope: Scope, host: TierHost) {
    super(state, clock, maps);
    this.serializer = scope.serializer ?? taggedJson;
    this.#scope = scope;
    this.#host = host;
  }

  override get(key: string, now: number): Entry | undefined {
    const kept = super.get(key, now);
    try {
      return kept && this.decode(kept.value as Uint8Array, key);
    } catch (error) {
      this.report(error, key);
      return undefined;
    }
  }

  override put(key: string, entry: Entry, payload?: Uint8Array): void {
    const bytes = encodeEntry(physicalKey(this.#scope, key), entry, payload, this.serializer);
    this.entries.set(key, { ...entry, value: bytes });
  }

  decode(bytes: Uint8Array, key: string): Entry | undefined {
    return decodeEntry(bytes, physicalKey(this.#scope, key), this.serializer);
  }

  report(error: unknown, key: string): void {
    this.#host.report({ kind: 'error', error, key });
  }
}

/** As the naive tier, with bytes. */
export class NaiveByteTier implements Tier {
  readonly name: string = 'naive bytes';
  readonly can: TierAbilities = { shared: false, leases: true, lists: true, persistent: false, bytes: true };
  readonly #state: NaiveState = { version: 0, closed: false, waiters: new Set() };
  readonly #regions = new Map<string, NaiveMaps>();
  readonly #spoil: SpoilBytes | undefined;

  constructor(spoil?: SpoilBytes) {
    this.#spoil = spoil;
  }

  readonly sync: Pick<Tier, 'open'> = { open: (scope, host) => this.open(scope, host) };

  open(scope: Scope, host: TierHost): NaiveByteKeyspace {
    const keyspace = new NaiveByteKeyspace(this.#state, host.clock, this.maps(scope), scope, host);
    this.#spoil?.(keyspace);
    return keyspace;
  }

  maps({ namespace, region }: Pick<Scope, 'namespace' | 'region'>): NaiveMaps {
    const id = JSON.stringify([namespace, region]);
    const maps = this.#regions.get(id) ?? newMaps();
    this.#regions.set(id, maps);
    return maps;
  }

  ping(): void {
    if (this.#state.closed) throw new Error('closed');
  }

  close(): void {
    this.#state.closed = true;
    for (const waiter of [...this.#state.waiters]) waiter();
  }
}

/** What the suite asks for to spoil bytes of a naive byte tier. */
export function corrupt({ tier, key, kind, ...scope }: CorruptTarget): boolean {
  const { entries } = (tier as NaiveByteTier).maps(scope);
  const entry = entries.get(key);
  if (entry === undefined) return false;
  entries.set(key, { ...entry, value: SPOILED[kind](entry.value as Uint8Array) });
  return true;
}

const SPOILED: Readonly<Record<CorruptTarget['kind'], (bytes: Uint8Array) => Uint8Array>> = {
  truncated: (bytes) => bytes.slice(0, -3),
  foreign: () => new TextEncoder().encode('<!doctype html><title>502</title>'),
  flipped: (bytes) => bytes.map((byte, index) => (index === bytes.length - 10 ? byte ^ 4 : byte)),
  empty: () => new Uint8Array(0),
};
