import type { Call, FaultyTier, ManualClock, TierOperation } from '../../../src/testing/index.ts';
import { InjectedFault } from '../../../src/testing/index.ts';

interface Waiting {
  readonly since: number;
  readonly op: string;
  go(): void;
  fail(): void;
}

/** Holds every command of some tiers, and whatever else asks to be held, until it is let go: in any order. */
export class Traffic {
  readonly #clock: ManualClock;
  #waiting: Waiting[] = [];

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  /** @param answers - whether answers are held as well. */
  watch(tier: FaultyTier, answers: boolean): void {
    const hold = ({ op }: Call<TierOperation>): Promise<void> => this.hold(op);
    const isCommand = ({ op }: Call<TierOperation>): boolean => op !== 'close';
    tier.before(undefined, hold).where(isCommand);
    if (answers) tier.after(undefined, hold).where(isCommand);
  }

  hold(op: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new InjectedFault(`${op} was made to fail.`));
      this.#waiting.push({ since: this.#clock.now(), op, go: resolve, fail });
    });
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Lets one go, or fail. */
  release(pick: number, fails = false): void {
    if (this.#waiting.length === 0) return;
    const [picked] = this.#waiting.splice(pick % this.#waiting.length, 1);
    if (fails && picked?.op !== 'source') picked?.fail();
    else picked?.go();
  }

  /** Loses what has been under way for so long: nobody expects it any more, and it does nothing later. */
  lose(olderThanMs: number): void {
    const now = this.#clock.now();
    this.#waiting = this.#waiting.filter(({ since, op }) => op === 'source' || now - since < olderThanMs);
  }
}
