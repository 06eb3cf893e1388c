import type { Clock, Timer } from '@uno-cache/core';

/** How often a waiter looks whether the lease is over: one look takes some microseconds. */
const LOOK_MS = 10;

/** Looks again and again until the lease is over, the time is, or the signal aborts; then it rejects. */
export function waitForEnd(isHeld: () => boolean, timeoutMs: number, signal: AbortSignal, clock: Clock): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const until = clock.now() + timeoutMs;
  let timer: Timer | undefined;
  const look = (): void => {
    try {
      if (clock.now() >= until || !isHeld()) resolve();
      else timer = clock.setTimer(look, Math.min(LOOK_MS, until - clock.now()), false);
    } catch (error) {
      reject(error);
    }
  };
  const abort = (): void => {
    timer?.cancel();
    reject(signal.reason);
  };
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  else look();
  return promise.finally(() => signal.removeEventListener('abort', abort));
}
