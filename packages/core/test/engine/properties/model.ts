import { compileGlob } from '../../../src/adapter/index.ts';

interface Kept {
  readonly value: number;
  freshUntil: number;
  /** Length of `staleWhileRevalidate`. */
  readonly staleMs: number;
  readonly tags: readonly string[];
}

export interface ModelOptions {
  readonly ttl: number;
  readonly staleWhileRevalidate?: number;
  readonly tags?: readonly string[];
}

/** A cache as simple as it can be thought of: one map, and no time in which anything could happen. */
export class Model {
  readonly #kept = new Map<string, Kept>();
  /** Keys whose value a tag took away: their tier still has it, and says so when it deletes it. */
  readonly ghosts: Set<string> = new Set();

  get(key: string, now: number): number | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && now < kept.freshUntil + kept.staleMs ? kept.value : undefined;
  }

  isFresh(key: string, now: number): boolean {
    return now < (this.#kept.get(key)?.freshUntil ?? -Infinity);
  }

  set(key: string, value: number, { ttl, staleWhileRevalidate = 0, tags = [] }: ModelOptions, now: number): void {
    this.ghosts.delete(key);
    this.#kept.set(key, { value, freshUntil: now + 1000 * ttl, staleMs: 1000 * staleWhileRevalidate, tags });
  }

  delete(key: string, now: number): boolean {
    const existed = this.get(key, now) !== undefined;
    this.#kept.delete(key);
    return existed;
  }

  touch(key: string, ttl: number, now: number): boolean {
    const kept = this.#kept.get(key);
    if (kept === undefined || this.get(key, now) === undefined) return false;
    kept.freshUntil = now + 1000 * ttl;
    return true;
  }

  expire(key: string, now: number): boolean {
    const kept = this.#kept.get(key);
    if (kept === undefined || this.get(key, now) === undefined) return false;
    kept.freshUntil = Math.min(kept.freshUntil, now);
    return true;
  }

  deleteWhere(concerns: (key: string, tags: readonly string[]) => boolean): void {
    for (const [key, { tags }] of this.#kept) if (concerns(key, tags)) this.#kept.delete(key);
  }

  invalidateTag(tag: string): void {
    for (const [key, { tags }] of this.#kept) if (tags.includes(tag)) this.ghosts.add(key);
    this.deleteWhere((_, tags) => tags.includes(tag));
  }

  deletePattern(pattern: string): void {
    const matches = compileGlob(pattern);
    this.deleteWhere((key) => matches(key));
  }
}
