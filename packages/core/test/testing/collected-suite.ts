import type { TestRunner } from '../../src/testing/index.ts';

/** Longer than any case takes that does not hang. */
const HANGS_AFTER_MS = 2_000;

/** A test runner that reports which cases fail, to test suites with. */
export class CollectedSuite implements TestRunner {
  readonly #cases: { name: string; body: () => Promise<void> }[] = [];
  #group = '';

  readonly describe = (name: string, body: () => void): void => {
    this.#group = name;
    body();
  };

  readonly it = (name: string, body: () => Promise<void>): void => {
    this.#cases.push({ name: `${this.#group} > ${name}`, body });
  };

  /** The names of the cases that fail, or hang. */
  async failures(): Promise<string[]> {
    const failed: string[] = [];
    for (const { name, body } of this.#cases) if (!(await passes(body))) failed.push(name);
    return failed;
  }
}

async function passes(body: () => Promise<void>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hanging = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), HANGS_AFTER_MS);
  });
  const done = body().then(
    () => true,
    () => false,
  );
  const passed = await Promise.race([done, hanging]);
  clearTimeout(timer);
  return passed;
}
