import type { FaultyTier } from '../../../src/testing/index.ts';

/**
 * The points at which a race can strike: before and after every command of some tiers, and wherever a test calls `pass`.
 * Once armed, the n-th to be passed stops there until it is released; all others go by.
 */
export class Points {
  #left = -1;
  #held: PromiseWithResolvers<void> | undefined;

  watch(tier: FaultyTier): void {
    tier.before(undefined, () => this.pass());
    tier.after(undefined, () => this.pass());
  }

  arm(nth: number): void {
    this.#left = nth;
  }

  /** Whether the point has been reached. */
  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  pass(): Promise<void> | undefined {
    if (this.#left < 0 || this.#left-- > 0) return undefined;
    this.#held = Promise.withResolvers();
    return this.#held.promise;
  }

  /** Lets go what is held, and stops nothing more. */
  release(): void {
    this.#left = -1;
    this.#held?.resolve();
  }
}
