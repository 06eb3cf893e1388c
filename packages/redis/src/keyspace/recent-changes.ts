/** How far back a failover may reach: what replication had not copied, and the time that it took to notice. */
const KEPT_MS = 30_000;
/** How many changes of a keyspace are kept; older ones are forgotten. */
const MAX_KEPT = 10_000;

/** Something that the server confirmed, and that a new master may not know of. */
export type Change =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'tags'; readonly tags: readonly (readonly [tag: string, version: string])[] }
  | { readonly kind: 'clear' };

/**
 * The changes of the last seconds, to be made again when another server has taken over: replication is asynchronous, and
 * what it had not copied is undone.
 */
export class RecentChanges {
  #changes: { readonly change: Change; readonly at: number }[] = [];

  note(change: Change): void {
    this.#changes.push({ change, at: performance.now() });
    // Twice the room, so that cutting it back costs little each time.
    if (this.#changes.length > 2 * MAX_KEPT) this.#changes = this.#changes.slice(-MAX_KEPT);
  }

  /** What was noted within the last seconds, oldest first. It stays noted: the next failover may undo it again. */
  list(): Change[] {
    const since = performance.now() - KEPT_MS;
    return this.#changes
      .slice(-MAX_KEPT)
      .filter(({ at }) => at >= since)
      .map(({ change }) => change);
  }
}
