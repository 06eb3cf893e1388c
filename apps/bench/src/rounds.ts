/** Something to be timed: `run` does `operations` operations. */
export interface Contender {
  readonly name: string;
  readonly operations: number;
  run(): void | Promise<void>;
}

/** Nanoseconds per operation: the median of the rounds. */
export interface Timing {
  readonly name: string;
  readonly ns: number;
}

/**
 * Times contenders in turns, so that noise of the machine hits all alike, and takes the median of each. Compare the
 * results of one call only, as ratios.
 */
export async function timeInRounds(contenders: readonly Contender[], rounds: number): Promise<Timing[]> {
  const samples = contenders.map((): number[] => []);
  for (let round = -2; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const began = performance.now();
      await contender.run();
      const ns = ((performance.now() - began) * 1e6) / contender.operations;
      // The first rounds warm up.
      if (round >= 0) samples[index]?.push(ns);
    }
  }
  return contenders.map(({ name }, index) => ({ name, ns: median(samples[index] ?? []) }));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** Prints the timings with their ratio to the one named. */
export function printTimings(title: string, timings: readonly Timing[], base: string): void {
  const unit = timings.find(({ name }) => name === base)?.ns ?? NaN;
  const width = Math.max(...timings.map(({ name }) => name.length));
  console.log(`\n${title}\n  ${'ns/op'.padStart(width + 12)}   × ${base}`);
  for (const { name, ns } of timings) {
    console.log(`  ${name.padEnd(width)} ${ns.toFixed(1).padStart(11)} ${(ns / unit).toFixed(2).padStart(8)}`);
  }
}
