import type { MaybePromise } from '../maybe-promise.ts';
import { isPromise } from '../maybe-promise.ts';
import type { Clock } from '../ports/clock.ts';
import type { Call } from './fault.ts';
import { Fault } from './fault.ts';
import { Gate } from './gate.ts';

/** One operation, several, or all when left out. */
export type Ops<Op extends string> = Op | readonly Op[];

/** What a random fault may be. `delay` is up to `maxDelayMs` long. */
export type RandomFaultKind = 'fail' | 'loseAnswer' | 'hang' | 'delay';

export interface RandomFaults<Op extends string> {
  /** How likely a call is struck, 0 to 1. */
  readonly probability: number;
  /** Where the chance, and the time of delays, come from. */
  readonly clock: Clock;
  readonly ops?: Ops<Op>;
  /** Default `fail`, `loseAnswer`, `delay`. */
  readonly kinds?: readonly RandomFaultKind[];
  /** Default 100. */
  readonly maxDelayMs?: number;
}

/** What an operation that fails on request rejects with. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
}

/**
 * The faults that are planned for something, and a record of its calls. Faults strike in the order in which they were
 * planned, and one call may be struck by several: delayed, then failed. What a fault has ended meets no other.
 */
export class Faults<Op extends string> {
  /** Every call so far. Empty it with `calls.length = 0`. */
  readonly calls: Call<Op>[] = [];
  #planned: Fault<Op>[] = [];

  /** The operation fails before it does anything. */
  fail(ops?: Ops<Op>, error?: Error): Fault<Op> {
    return this.before(ops, (call) => {
      throw error ?? new InjectedFault(`${call.op} was made to fail.`);
    });
  }

  /** The operation is never answered, and does nothing. A synchronous call fails instead. */
  hang(ops?: Ops<Op>): Fault<Op> {
    return this.before(ops, () => new Promise<never>(() => {}));
  }

  /** The operation begins `ms` later. Synchronous calls are not delayed. */
  delay(ops: Ops<Op> | undefined, ms: number, clock: Clock): Fault<Op> {
    return this.before(ops, (call) => (call.sync ? undefined : sleep(ms, clock)));
  }

  /** The operation is done, but its caller gets an error, or never an answer. */
  loseAnswer(ops?: Ops<Op>, how: 'error' | 'never' = 'error'): Fault<Op> {
    return this.#plan(ops, {
      after: (call) => {
        if (how === 'never') return new Promise<never>(() => {});
        throw new InjectedFault(`The answer of ${call.op} was lost.`);
      },
    });
  }

  /** The answer is replaced. */
  corrupt(ops: Ops<Op> | undefined, change: (answer: unknown, call: Call<Op>) => unknown): Fault<Op> {
    return this.#plan(ops, { after: (call, answer) => change(answer, call) });
  }

  /**
   * Holds the next such call until the gate is released. A synchronous call cannot be held, and fails.
   *
   * @param when - `before` (the default): the call has done nothing yet; `after`: only its answer is held.
   */
  hold(ops?: Ops<Op>, when: 'before' | 'after' = 'before'): Gate<Op> {
    const gate = new Gate<Op>(ops, when);
    this.#planned.push(gate);
    return gate;
  }

  /** Runs `hook` before the operation, and waits for it. What it throws is the answer. */
  before(ops: Ops<Op> | undefined, hook: (call: Call<Op>) => unknown): Fault<Op> {
    return this.#plan(ops, { before: hook });
  }

  /** Runs `hook` when the operation is done and before it is answered, and waits for it. What it throws is the answer. */
  after(ops: Ops<Op> | undefined, hook: (call: Call<Op>, answer: unknown) => unknown): Fault<Op> {
    return this.#plan(ops, {
      after: (call, answer) => {
        const waiting = hook(call, answer);
        return isPromise(waiting) ? waiting.then(() => answer) : answer;
      },
    });
  }

  /** Strikes calls at random; the same clock seed gives the same faults. */
  randomly(options: RandomFaults<Op>): Fault<Op> {
    const { probability, clock, ops, kinds = ['fail', 'loseAnswer', 'delay'], maxDelayMs = 100 } = options;
    const chosen = new WeakMap<Call<Op>, RandomFaultKind | undefined>();
    return this.#plan(ops, {
      before: (call) => {
        const kind = kinds[Math.floor(clock.random() * kinds.length)];
        chosen.set(call, kind);
        if (kind === 'fail') throw new InjectedFault(`${call.op} failed by chance.`);
        if (call.sync) return undefined;
        if (kind === 'delay') return sleep(clock.random() * maxDelayMs, clock);
        return kind === 'hang' ? new Promise<never>(() => {}) : undefined;
      },
      after: (call, answer) => {
        if (chosen.get(call) === 'loseAnswer') throw new InjectedFault(`The answer of ${call.op} was lost by chance.`);
        return answer;
      },
    }).where(() => clock.random() < probability);
  }

  /** Takes every planned fault back. Calls that are held or hang stay so. */
  heal(): void {
    for (const fault of this.#planned) fault.end();
    this.#planned = [];
  }

  /** How often an operation has been called, by key if one is given. */
  count(op: Op, key?: string): number {
    return this.calls.filter((call) => call.op === op && (key === undefined || call.key === key)).length;
  }

  /** Records a call and runs it with the faults that strike it. Answers with a value where nothing has to be waited for. */
  run<T>(call: Call<Op>, inner: () => MaybePromise<T>): MaybePromise<T> {
    this.calls.push(call);
    if (this.#planned.length === 0) return inner();
    const steps = script(call, [...this.#planned], inner);
    return (call.sync ? runSync(steps, call) : run(steps)) as MaybePromise<T>;
  }

  #plan(ops: Ops<Op> | undefined, effect: Fault<Op>['effect']): Fault<Op> {
    const fault = new Fault<Op>(ops, effect);
    this.#planned.push(fault);
    return fault;
  }
}

/** Yields whatever may have to be waited for. */
type Script = Generator<unknown, unknown, unknown>;

function* script<Op extends string>(call: Call<Op>, planned: readonly Fault<Op>[], inner: () => unknown): Script {
  const striking: Fault<Op>[] = [];
  for (const fault of planned) {
    if (fault.turn !== undefined && striking.some(({ turn }) => turn === fault.turn)) continue;
    if (!fault.strike(call)) continue;
    striking.push(fault);
    yield fault.effect.before?.(call);
  }
  let answer = yield inner();
  for (const { effect } of striking) if (effect.after !== undefined) answer = yield effect.after(call, answer);
  return answer;
}

function run(steps: Script, answer?: unknown): unknown {
  let step = steps.next(answer);
  while (!step.done && !isPromise(step.value)) step = steps.next(step.value);
  return step.done ? step.value : runLater(steps, step.value as Promise<unknown>);
}

async function runLater(steps: Script, first: Promise<unknown>): Promise<unknown> {
  let step: IteratorResult<unknown, unknown> = { done: false, value: first };
  while (!step.done) {
    let settled: unknown;
    try {
      settled = await step.value;
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(settled);
  }
  return step.value;
}

function runSync(steps: Script, call: Call<string>): unknown {
  let step = steps.next();
  while (!step.done) {
    if (isPromise(step.value)) {
      step.value.catch(() => {});
      throw new InjectedFault(`A synchronous ${call.op} cannot wait.`);
    }
    step = steps.next(step.value);
  }
  return step.value;
}

function sleep(ms: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(resolve, ms, false));
}
