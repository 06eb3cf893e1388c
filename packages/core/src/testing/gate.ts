import type { Call } from './fault.ts';
import { Fault } from './fault.ts';

/**
 * A fault that holds a call until the test lets it go: what a test steps through races with. Holds the next call only,
 * unless `times` says otherwise.
 */
export class Gate<Op extends string> extends Fault<Op> {
  /** Resolves with the first call that arrived here. */
  readonly reached: Promise<Call<Op>>;
  readonly #opened: PromiseWithResolvers<void>;

  /** @param when - `before`: the call has done nothing yet; `after`: it has, and only its answer is held. */
  constructor(ops: Op | readonly Op[] | undefined, when: 'before' | 'after') {
    const reached = Promise.withResolvers<Call<Op>>();
    const opened = Promise.withResolvers<void>();
    opened.promise.catch(() => {});
    const wait = async (call: Call<Op>): Promise<void> => {
      reached.resolve(call);
      await opened.promise;
    };
    const passOn = async (call: Call<Op>, answer: unknown): Promise<unknown> => {
      await wait(call);
      return answer;
    };
    super(ops, when === 'before' ? { before: wait } : { after: passOn }, `hold ${when}`);
    this.reached = reached.promise;
    this.#opened = opened;
    this.once();
  }

  /** Lets go what is held; what comes later is not held. */
  release(): void {
    this.end();
    this.#opened.resolve();
  }

  /** What is held fails. */
  fail(error: Error = new Error('The gate failed the call.')): void {
    this.end();
    this.#opened.reject(error);
  }
}
