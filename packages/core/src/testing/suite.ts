/**
 * What a suite needs of a test runner. Those of vitest, jest, mocha and `node:test` fit as they are.
 */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: (...context: readonly unknown[]) => Promise<void>): unknown;
}

/** One thing that is tested. */
export interface Case<Test> {
  readonly name: string;
  /** Why the case does not apply to what is tested; `undefined` when it does. May check that it does not by rights. */
  readonly unless?: (test: Test) => string | undefined;
  run(test: Test): void | Promise<void>;
}

export interface Group<Test> {
  readonly name: string;
  readonly cases: readonly Case<Test>[];
}

/** How a suite gets at what it tests, anew for each case. */
export interface Stage<Test> {
  begin(): Promise<Test>;
  /** Cleans up; when the case passed, also checks that nothing was left behind. */
  end(test: Test, passed: boolean): Promise<void>;
}

/** Hands groups of cases to a test runner. */
export function register<Test>(runner: TestRunner, groups: readonly Group<Test>[], stage: Stage<Test>): void {
  for (const { name, cases } of groups) {
    runner.describe(name, () => {
      for (const each of cases) {
        // Rest parameters: a runner that counts parameters must not take the first for a callback.
        runner.it(each.name, async (...context) => {
          const reason = await perform(each, stage);
          if (reason !== undefined) skip(context[0], reason);
        });
      }
    });
  }
}

/** Runs a case; gives the reason when it does not apply. */
export async function perform<Test>(each: Case<Test>, stage: Stage<Test>): Promise<string | undefined> {
  const test = await stage.begin();
  let passed = false;
  try {
    const reason = each.unless?.(test);
    if (reason === undefined) await each.run(test);
    passed = true;
    return reason;
  } finally {
    await stage.end(test, passed);
  }
}

/** Lists the case as skipped where the runner can; else it has passed for want of a claim. */
function skip(context: unknown, reason: string): void {
  (context as { skip?: (reason: string) => void } | undefined)?.skip?.(reason);
}
