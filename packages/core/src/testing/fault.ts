/** One call of an operation that faults can strike. */
export interface Call<Op extends string> {
  readonly op: Op;
  /** The key that it is about, where it is about a single one. */
  readonly key: string | undefined;
  /** The region of the keyspace; `''` for the root and for what belongs to no keyspace. */
  readonly region: string;
  readonly args: readonly unknown[];
  /** The call came through the sync view and has to be answered with a value. */
  readonly sync: boolean;
}

/** What a fault does on the way in and on the way out. What is returned is waited for, what is thrown is the answer. */
export interface Effect<Op extends string> {
  before?(call: Call<Op>): unknown;
  after?(call: Call<Op>, answer: unknown): unknown;
}

/** A fault that has been planned. Its methods narrow it down and can be chained. */
export class Fault<Op extends string> {
  readonly effect: Effect<Op>;
  /** Of the faults with the same turn only the first strikes a call; the others wait for the next. */
  readonly turn: string | undefined;
  readonly #ops: ReadonlySet<Op> | undefined;
  readonly #conditions: ((call: Call<Op>) => boolean)[] = [];
  #left = Number.POSITIVE_INFINITY;
  #strikes = 0;

  constructor(ops: Op | readonly Op[] | undefined, effect: Effect<Op>, turn?: string) {
    this.turn = turn;
    this.#ops = ops === undefined ? undefined : new Set(typeof ops === 'string' ? [ops] : ops);
    this.effect = effect;
  }

  /** How many calls it has struck. */
  get strikes(): number {
    return this.#strikes;
  }

  /** Strikes the next call only. */
  once(): this {
    return this.times(1);
  }

  /** Strikes the next `count` calls only. */
  times(count: number): this {
    this.#left = count;
    return this;
  }

  /** Strikes calls about this key only. */
  forKey(key: string): this {
    return this.where((call) => call.key === key);
  }

  /** Strikes calls that pass the test only. */
  where(test: (call: Call<Op>) => boolean): this {
    this.#conditions.push(test);
    return this;
  }

  /** Strikes no further call. */
  end(): void {
    this.#left = 0;
  }

  /** Whether it strikes this call; if so, that counts. */
  strike(call: Call<Op>): boolean {
    if (this.#left <= 0) return false;
    if (this.#ops !== undefined && !this.#ops.has(call.op)) return false;
    if (!this.#conditions.every((test) => test(call))) return false;
    this.#left--;
    this.#strikes++;
    return true;
  }
}
