import type { Clock, Timer } from './ports/clock.ts';

/** The longest delay that the platform's timers take: 2^31 - 1 ms, some 24.8 days. */
const MAX_DELAY_MS = 2_147_483_647;

class SystemTimer implements Timer {
  #handle: ReturnType<typeof setTimeout> | undefined;

  constructor(callback: () => void, delayMs: number, background: boolean) {
    this.#arm(callback, delayMs, background);
  }

  cancel(): void {
    if (this.#handle !== undefined) clearTimeout(this.#handle);
    this.#handle = undefined;
  }

  #arm(callback: () => void, delayMs: number, background: boolean): void {
    const step = Math.min(delayMs, MAX_DELAY_MS);
    this.#handle = setTimeout(() => {
      if (delayMs > step) this.#arm(callback, delayMs - step, background);
      else callback();
    }, step);
    // Browsers answer with a number, which has nothing to unref.
    if (background) (this.#handle as { unref?: () => void }).unref?.();
  }
}

/** The machine's time and randomness. Looked up at each use, so that a test's fake timers are seen. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  setTimer: (callback, delayMs, background) => new SystemTimer(callback, delayMs, background),
};
