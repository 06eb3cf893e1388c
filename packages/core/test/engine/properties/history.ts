import assert from 'node:assert/strict';

/** A value, and what is known of where it comes from. Numbers are places in the history. */
export interface Fact {
  readonly key: string;
  /** When its load began. A set may be ordered anywhere up to its end; until then this is `Infinity`. */
  began: number;
  /** When whatever put it into the cache was done, by the clock; `Infinity` before. */
  doneAt: number;
}

interface Invalidation {
  readonly process: number;
  readonly began: number;
  readonly concerns: (key: string) => boolean;
  ended: number;
  /** By the clock. */
  endedAt: number;
}

export interface Reader {
  readonly process: number;
  /** Its place in the history. */
  readonly asked: number;
  /** By the clock. */
  readonly askedAt: number;
  readonly key: string;
}

/** What happened, in order, as callers see it: what a reader may be served follows from it. */
export class History {
  readonly #invalidations: Invalidation[] = [];
  #now = 0;

  tick(): number {
    return ++this.#now;
  }

  /** An invalidation begins; call what it returns when it has been confirmed. */
  invalidate(process: number, concerns: (key: string) => boolean): (at: number) => void {
    const invalidation: Invalidation = { process, began: this.tick(), concerns, ended: Infinity, endedAt: Infinity };
    this.#invalidations.push(invalidation);
    return (at) => {
      invalidation.ended = this.tick();
      invalidation.endedAt = at;
    };
  }

  /**
   * What a reader was served: nothing whose load began before an invalidation that had ended when the reader asked.
   *
   * @param lagMs - how much later invalidations of other processes count.
   */
  check({ process, asked, askedAt, key }: Reader, value: unknown, lagMs: number): void {
    if (value === undefined) return;
    const fact = value as Fact;
    assert.equal(fact.key, key, 'the value of another key');
    for (const each of this.#invalidations) {
      if (each.ended > asked || !each.concerns(key)) continue;
      if (each.process !== process && askedAt < each.endedAt + lagMs) continue;
      const told = `process ${process} asked at ${asked} for ${key} and got what began at ${fact.began}`;
      assert.ok(
        fact.began >= each.began,
        `${told}; ${each.process} had invalidated it from ${each.began} to ${each.ended}`,
      );
    }
  }
}
