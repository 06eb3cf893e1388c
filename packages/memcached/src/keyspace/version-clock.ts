import type { Clock } from '@uno-cache/core';

/**
 * Versions of entries. memcached has no clock, so they are microseconds of this process's, and greater than the one
 * that they replace: the CAS with which they are stored lets nothing come between.
 */
export class VersionClock {
  readonly #clock: Clock;
  #last = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  after(version: number): number {
    this.#last = Math.max(this.#last + 1, Math.floor(version) + 1, Math.floor(this.#clock.now() * 1000));
    return this.#last;
  }
}
