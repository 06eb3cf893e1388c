import type { TierHost } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import type { Backlog, TierHandle, TierWatcher } from '@uno-cache/core/adapter';

/** Passes on to the caches what becomes of the shards. */
export class ShardWatch implements TierWatcher {
  readonly name: string;
  /** By scope. */
  readonly #hosts = new Map<string, Set<TierHost>>();

  constructor(name: string) {
    this.name = name;
  }

  opened(scope: string, host: TierHost): void {
    const hosts = this.#hosts.get(scope) ?? new Set();
    this.#hosts.set(scope, hosts.add(host));
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
    for (const hosts of this.#hosts.values()) for (const host of hosts) caches.set(host.sender, host);
    const about = key === undefined ? { operation } : { operation, key };
    for (const host of caches.values()) host.report({ kind: 'error', error: inShard(shard, error), ...about });
  }

  delivered(_: TierHandle, scope: string, { all, keys, patterns }: Backlog): void {
    for (const host of this.#hosts.get(scope) ?? []) host.report({ kind: 'delivered', all, keys, patterns });
  }

  /** The cache tells of what is kept, since the command rejects. */
  kept(): void {}

  /** What opened it has been told as an error. */
  breakerChanged(): void {}

  close(): void {
    this.#hosts.clear();
  }
}

function inShard({ name }: TierHandle, cause: unknown): CacheError {
  const code = CacheError.is(cause) ? cause.code : 'TIER_FAILED';
  const message = cause instanceof Error ? cause.message : String(cause);
  return new CacheError(code, `Shard "${name}": ${message}`, { cause });
}
