import type { Keyspace, TierHost } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import type { Backlog, TierHandle, TierWatcher } from '@uno-cache/core/adapter';

/** Passes on to the caches what becomes of the shards. */
export class ShardWatch implements TierWatcher {
  readonly name: string;
  /** By scope, weakly: a tier is not told when a cache closes. */
  readonly #hosts = new Map<string, readonly WeakRef<TierHost>[]>();
  /** Keeps a host as long as the cache has the keyspace. */
  readonly #hostOf = new WeakMap<Keyspace, TierHost>();

  constructor(name: string) {
    this.name = name;
  }

  opened(scope: string, host: TierHost, space: Keyspace): void {
    this.#hostOf.set(space, host);
    this.#forgetGone();
    const known = this.#hosts.get(scope) ?? [];
    if (!known.some((ref) => ref.deref() === host)) this.#hosts.set(scope, [...known, new WeakRef(host)]);
  }

  /** The host as a shard sees it: what it reports says which shard it was. */
  hostFor(shard: TierHandle, host: TierHost): TierHost {
    const report: TierHost['report'] = (told) =>
      host.report(told.kind === 'error' ? { ...told, error: inShard(shard, told.error) } : told);
    return { ...host, report };
  }

  /** Once to each cache, of however many regions. */
  commandFailed(shard: TierHandle, operation: string, error: CacheError, key: string | undefined): void {
    const caches = new Map<string, TierHost>();
    for (const scope of this.#hosts.keys()) for (const host of this.#hostsOf(scope)) caches.set(host.sender, host);
    const about = key === undefined ? { operation } : { operation, key };
    for (const host of caches.values()) host.report({ kind: 'error', error: inShard(shard, error), ...about });
  }

  delivered(_: TierHandle, scope: string, { all, keys, patterns }: Backlog): void {
    for (const host of this.#hostsOf(scope)) host.report({ kind: 'delivered', all, keys, patterns });
  }

  /** The cache tells of what is kept, since the command rejects. */
  kept(): void {}

  /** What opened it has been told as an error. */
  breakerChanged(): void {}

  close(): void {
    this.#hosts.clear();
  }

  #hostsOf(scope: string): TierHost[] {
    return (this.#hosts.get(scope) ?? []).flatMap((ref) => ref.deref() ?? []);
  }

  #forgetGone(): void {
    for (const [scope, hosts] of this.#hosts) {
      const living = hosts.filter((ref) => ref.deref() !== undefined);
      if (living.length === 0) this.#hosts.delete(scope);
      else if (living.length < hosts.length) this.#hosts.set(scope, living);
    }
  }
}

function inShard({ label }: TierHandle, cause: unknown): CacheError {
  const code = CacheError.is(cause) ? cause.code : 'TIER_FAILED';
  const message = cause instanceof Error ? cause.message : String(cause);
  return new CacheError(code, `Shard "${label}": ${message}`, { cause });
}
