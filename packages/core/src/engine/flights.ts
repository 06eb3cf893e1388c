import type { Load } from './load.ts';
import type { Seen } from './seen.ts';
import { isOutdated, laterOf, RETIMED } from './seen.ts';

/** How many loads may be under way in a region; one beyond that stores nothing, and nobody joins it. */
const MAX_LOADS = 50_000;

/** Reads and sets of one key that are under way. */
export class Mark {
  /** Whether something newer happened to the key: what was read or set must not fill near tiers any more. */
  overtaken = false;
  /** What has been seen to stand there meanwhile, last. */
  seen: Seen | undefined;
  users = 0;

  /** Whether a copy of the version must not land in near tiers. */
  refuses(version: number): boolean {
    return this.overtaken || isOutdated(version, this.seen);
  }
}

/** The marks of one kind of activity, by key. */
class Marks {
  readonly #marks = new Map<string, Mark>();

  /** The mark of what begins; give it back with `leave`. */
  enter(key: string): Mark {
    let mark = this.#marks.get(key);
    if (mark === undefined) {
      mark = new Mark();
      this.#marks.set(key, mark);
    }
    mark.users++;
    return mark;
  }

  leave(key: string, mark: Mark): void {
    if (--mark.users === 0 && this.#marks.get(key) === mark) this.#marks.delete(key);
  }

  overtake(key: string): void {
    const mark = this.#marks.get(key);
    if (mark === undefined) return;
    mark.overtaken = true;
    this.#marks.delete(key);
  }

  /** Unlike `overtake`, it leaves the mark for what comes later: a second sighting has to find it. */
  see(key: string, seen: Seen): void {
    const mark = this.#marks.get(key);
    if (mark !== undefined) mark.seen = laterOf(mark.seen, seen);
  }

  has(key: string): boolean {
    return this.#marks.has(key);
  }

  keys(): string[] {
    return [...this.#marks.keys()];
  }
}

/**
 * What is under way in this process, by key: loads, which callers join, and far reads and sets, which only have to know
 * whether they were overtaken. What overtakes takes the record out of its map, so that whoever comes later begins anew.
 */
export class Flights {
  readonly reads: Marks = new Marks();
  readonly sets: Marks = new Marks();
  readonly #loads = new Map<string, Load>();
  /** Those that were overtaken, too. */
  readonly #running = new Set<Load>();

  /** How many loads may begin that will be stored. */
  get room(): number {
    return Math.max(0, MAX_LOADS - this.#loads.size);
  }

  load(key: string): Load | undefined {
    return this.#loads.get(key);
  }

  begin(key: string, load: Load): void {
    this.#running.add(load);
    const before = this.#loads.get(key);
    // One that was stopped may still be storing what it has.
    before?.overtake();
    if (before === undefined && this.#loads.size >= MAX_LOADS) load.overtake();
    else this.#loads.set(key, load);
  }

  end(key: string, load: Load): void {
    if (this.#loads.get(key) === load) this.#loads.delete(key);
    this.#running.delete(load);
  }

  /** @param at - when it happened, by the clock that grants leases; a load with a later grant is not concerned. */
  overtake(key: string, at = 0): void {
    this.sets.overtake(key);
    this.overtakeReads(key, at);
  }

  /** As `overtake`, but sets go on: for a set that has reached the farthest tier itself. */
  overtakeReads(key: string, at = 0): void {
    this.reads.overtake(key);
    if (this.#loads.get(key)?.overtakenBy(at)) this.#loads.delete(key);
  }

  /** The key got other times: copies of what was read or set before must not land, but what is being loaded may. */
  retime(key: string): void {
    this.sets.overtake(key);
    this.reads.overtake(key);
    this.#seeLoad(key, RETIMED);
  }

  /** Of what was read or set before, nothing else may land; but what is being loaded may. */
  see(key: string, seen: Seen): void {
    this.sets.see(key, seen);
    this.reads.see(key, seen);
    this.#seeLoad(key, seen);
  }

  #seeLoad(key: string, seen: Seen): void {
    const load = this.#loads.get(key);
    if (load !== undefined) load.seen = laterOf(load.seen, seen);
  }

  /** As `retime`, for every key. */
  retimeAll(): void {
    for (const key of this.#keys()) this.retime(key);
  }

  /** Whether a read or a load of the key is under way. */
  has(key: string): boolean {
    return this.#loads.has(key) || this.reads.has(key);
  }

  /** Whether anything is under way that may leave a copy of the key. */
  concerns(key: string): boolean {
    return this.has(key) || this.sets.has(key);
  }

  overtakeWhere(matches: (key: string) => boolean, at = 0): void {
    for (const key of this.#keys()) if (matches(key)) this.overtake(key, at);
  }

  #keys(): Set<string> {
    return new Set([...this.sets.keys(), ...this.reads.keys(), ...this.#loads.keys()]);
  }

  /** Loads that are known to be about one of the tags; about others, whoever joins them finds out from the answer. */
  overtakeTagged(tags: ReadonlySet<string>): void {
    for (const load of this.#loads.values()) if (load.plan.tags.some((tag) => tags.has(tag))) this.dismiss(load);
  }

  /** Overtakes one load. */
  dismiss(load: Load): void {
    load.overtake();
    if (this.#loads.get(load.key) === load) this.#loads.delete(load.key);
  }

  /** All that run, also those that nobody can join any more. */
  running(): Load[] {
    return [...this.#running];
  }
}
