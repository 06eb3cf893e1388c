/** One run of a factory: who waits for it, for what it waits, and how it is told to stop. A batch is many loads of one run. */
export class LoadRun {
  #controller: AbortController | undefined;
  #stop: { readonly reason: unknown } | undefined;
  readonly #onStop = new Set<(reason: unknown) => void>();
  /** Runs that this one's factory waits for, and how often. */
  readonly #waitsFor = new Map<LoadRun, number>();
  /** Callers who wait for it. */
  waiters = 0;
  /** Goes on though nobody waits. */
  background: boolean;

  constructor(background: boolean) {
    this.background = background;
  }

  /** What the factory gets; made when it is asked for. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#stop !== undefined) this.#controller.abort(this.#stop.reason);
    return this.#controller.signal;
  }

  get isStopped(): boolean {
    return this.#stop !== undefined;
  }

  get stopReason(): unknown {
    return this.#stop?.reason;
  }

  /** Ends the run: its signal aborts, and what the factory gives later is dropped. */
  stop(reason: unknown): void {
    if (this.#stop !== undefined) return;
    this.#stop = { reason };
    this.#controller?.abort(reason);
    for (const listener of this.#onStop) listener(reason);
    this.#onStop.clear();
  }

  /** The promise's outcome, or a rejection with the reason as soon as the run is stopped. */
  orStopped<T>(awaitable: Promise<T>): Promise<T> {
    // Query builders and the like have a `then` and no more.
    const promise = Promise.resolve(awaitable);
    if (this.#stop !== undefined) {
      promise.catch(() => {});
      return Promise.reject(this.#stop.reason);
    }
    return new Promise((resolve, reject) => {
      this.#onStop.add(reject);
      promise.then(resolve, reject).finally(() => this.#onStop.delete(reject));
    });
  }

  waitFor(other: LoadRun): void {
    this.#waitsFor.set(other, (this.#waitsFor.get(other) ?? 0) + 1);
  }

  doneWith(other: LoadRun): void {
    const times = this.#waitsFor.get(other) ?? 0;
    if (times > 1) this.#waitsFor.set(other, times - 1);
    else this.#waitsFor.delete(other);
  }

  /** Whether waiting for this run would, directly or in a circle, be waiting for `other`. */
  isBlockedBy(other: LoadRun, seen: Set<LoadRun> = new Set()): boolean {
    if (this === other) return true;
    if (seen.has(this)) return false;
    seen.add(this);
    for (const next of this.#waitsFor.keys()) if (next.isBlockedBy(other, seen)) return true;
    return false;
  }
}
