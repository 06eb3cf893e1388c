/** Changes of one key by this process, one after the other: they would only be in each other's way. */
export class KeyQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(key: string, change: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const running = before === undefined ? change() : before.then(change, change);
    this.#last.set(key, running);
    const done = (): void => {
      if (this.#last.get(key) === running) this.#last.delete(key);
    };
    running.then(done, done);
    return running;
  }
}
