import { CacheError } from '../../src/errors.ts';
import type { Keyspace } from '../../src/ports/keyspace.ts';
import type { Scope, Tier, TierAbilities, TierHost } from '../../src/ports/tier.ts';
import type { NaiveState } from './naive-keyspace.ts';
import { NaiveKeyspace } from './naive-keyspace.ts';

/** Breaks a keyspace, so that a suite has something to find. */
export type Spoil = (keyspace: NaiveKeyspace) => void;

/** A tier in maps, unbounded: what the suites are tested with, and the model that others are compared with. */
export class NaiveTier implements Tier {
  readonly name = 'naive';
  can: TierAbilities = { shared: false, leases: true, lists: true, persistent: false, bytes: false };
  readonly state: NaiveState = { version: 0, closed: false, waiters: new Set() };
  readonly #keyspaces = new Map<string, NaiveKeyspace>();
  readonly #spoil: Spoil | undefined;

  constructor(spoil?: Spoil) {
    this.#spoil = spoil;
  }

  readonly sync: Pick<Tier, 'open'> = { open: (scope, host) => this.open(scope, host) };

  open(scope: Scope, host: TierHost): Keyspace {
    const id = this.identify(scope);
    const known = this.#keyspaces.get(id);
    if (known) return known;
    const keyspace = new NaiveKeyspace(this.state, host.clock);
    this.#spoil?.(keyspace);
    this.#keyspaces.set(id, keyspace);
    return keyspace;
  }

  identify({ namespace, region }: Scope): string {
    return JSON.stringify([namespace, region]);
  }

  ping(): void {
    if (this.state.closed) throw new CacheError('CLOSED', 'The tier is closed.');
  }

  close(): void {
    this.state.closed = true;
    for (const waiter of [...this.state.waiters]) waiter();
  }
}
