import type { TierHost } from '@uno-cache/core';
import { RecentChanges } from './recent-changes.ts';
import type { Replay } from './replay.ts';

/**
 * One scope of a tier, for all caches that have opened it. A tier is not told when one of them closes, so it holds them
 * weakly: a process may make many short-lived caches on a tier that stays.
 */
export class OpenScope {
  readonly recent: RecentChanges = new RecentChanges();
  /** What makes the recent changes again; `undefined` where none are noted. */
  replay: Replay | undefined;
  readonly #hosts = new Set<WeakRef<TierHost>>();

  /** Whether nobody has it open, and nothing of it may have to be made again. */
  get isIdle(): boolean {
    return this.recent.isEmpty && this.hosts().length === 0;
  }

  openedBy(host: TierHost): void {
    if (!this.hosts().includes(host)) this.#hosts.add(new WeakRef(host));
  }

  /** Who has it open, as far as is known. */
  hosts(): TierHost[] {
    const found: TierHost[] = [];
    for (const ref of this.#hosts) {
      const host = ref.deref();
      if (host === undefined) this.#hosts.delete(ref);
      else found.push(host);
    }
    return found;
  }
}
