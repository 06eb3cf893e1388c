import { randomToken } from '@uno-cache/core/adapter';

/** Keys with a lease at one time; beyond, the oldest lease is lost, and its fill fails. */
const MOST_KEYS = 10_000;
/** Copiers of one key at one time. */
const MOST_COPIERS = 64;

interface KeyLeases {
  /** The holder's, who loads; `''` for nobody. */
  token: string;
  endsAt: number;
  /** Tokens of those who copy from a farther tier, and when they end. */
  readonly copiers: Map<string, number>;
  readonly waiters: Set<() => void>;
}

/**
 * Who loads or copies which key. Every answer is given in one run of the event loop, so that no two callers can win.
 */
export class LeaseTable {
  readonly #keys = new Map<string, KeyLeases>();

  /** The token of the new or the continued lease; `undefined` when another has it. */
  acquire(key: string, now: number, ttlMs: number, token: string | undefined): string | undefined {
    const leases = this.#of(key);
    if (leases.endsAt > now && leases.token !== token) return undefined;
    if (leases.endsAt <= now) leases.token = randomToken();
    leases.endsAt = now + ttlMs;
    return leases.token;
  }

  /** A token that only fences. */
  join(key: string, now: number, ttlMs: number, token: string | undefined): string {
    const { copiers } = this.#of(key);
    for (const [copier, endsAt] of copiers) if (endsAt <= now) copiers.delete(copier);
    if (copiers.size >= MOST_COPIERS) copiers.delete(copiers.keys().next().value!);
    const mine = token !== undefined && copiers.has(token) ? token : randomToken();
    copiers.set(mine, now + ttlMs);
    return mine;
  }

  stands(key: string, token: string, now: number): boolean {
    const leases = this.#keys.get(key);
    if (leases === undefined) return false;
    return (leases.token === token && leases.endsAt > now) || (leases.copiers.get(token) ?? now) > now;
  }

  renew(key: string, token: string, now: number, ttlMs: number): boolean {
    if (!this.stands(key, token, now)) return false;
    const leases = this.#keys.get(key)!;
    if (leases.token === token) leases.endsAt = now + ttlMs;
    else leases.copiers.set(token, now + ttlMs);
    return true;
  }

  release(key: string, token: string): void {
    const leases = this.#keys.get(key);
    if (leases === undefined) return;
    leases.copiers.delete(token);
    if (leases.token !== token) return;
    leases.token = '';
    leases.endsAt = 0;
    if (leases.copiers.size === 0) this.#keys.delete(key);
    wake(leases);
  }

  /** Ends every lease of the key and wakes who waits. */
  void(key: string): void {
    // Nearly always there is none, and sets are many.
    if (this.#keys.size === 0) return;
    const leases = this.#keys.get(key);
    if (leases === undefined) return;
    this.#keys.delete(key);
    wake(leases);
  }

  voidMatching(matches: (key: string) => boolean): void {
    for (const key of this.#keys.keys()) if (matches(key)) this.void(key);
  }

  clear(): void {
    for (const key of this.#keys.keys()) this.void(key);
  }

  /** When the key's holder has to be done; 0 when nobody holds it. */
  heldUntil(key: string, now: number): number {
    const endsAt = this.#keys.get(key)?.endsAt ?? 0;
    return endsAt > now ? endsAt : 0;
  }

  /** Calls back once the key's lease is given up or voided, but not when its time ends. Gives what takes that back. */
  onEnd(key: string, callback: () => void): () => void {
    const { waiters } = this.#of(key);
    waiters.add(callback);
    return () => void waiters.delete(callback);
  }

  #of(key: string): KeyLeases {
    let leases = this.#keys.get(key);
    if (leases === undefined) {
      if (this.#keys.size >= MOST_KEYS) this.void(this.#keys.keys().next().value!);
      leases = { token: '', endsAt: 0, copiers: new Map(), waiters: new Set() };
      this.#keys.set(key, leases);
    }
    return leases;
  }
}

function wake({ waiters }: KeyLeases): void {
  for (const waiter of [...waiters]) waiter();
  waiters.clear();
}
