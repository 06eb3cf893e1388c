import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createCache } from '@uno-cache/core';
import { file } from '@uno-cache/file';
import { memory } from '@uno-cache/memory';
import { median } from '../rounds.ts';
import { withDirectory } from './scratch.ts';

const MESSAGES = 200;
const IDLE_MS = 5_000;

interface Report {
  /** Milliseconds from the moment before the delete to the moment in which the other process was told. */
  readonly latenciesMs: number[];
  /** Of the other process, while nothing happened. */
  readonly idleCpuMs: number;
}

/** How soon another process hears of a delete, and what listening costs while there is nothing to hear. */
export async function runBus(): Promise<void> {
  await withDirectory(async (directory) => {
    const child = fork(join(import.meta.dirname, 'bus-listener.ts'), [directory, String(IDLE_MS)], {
      execArgv: ['--conditions=@uno-cache/source', '--disable-warning=ExperimentalWarning'],
    });
    await once(child, 'message');
    const cache = createCache({ name: 'bench', tiers: [memory(), file({ directory })] });
    for (let index = 0; index < MESSAGES; index++) {
      await cache.delete(String(performance.timeOrigin + performance.now()));
      await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 10));
    }
    child.send('report');
    const [report] = (await once(child, 'message')) as [Report];
    const sorted = [...report.latenciesMs].sort((a, b) => a - b);
    const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? NaN;
    console.log(
      `\nbus: ${sorted.length} of ${MESSAGES} messages, median ${median(sorted).toFixed(2)} ms, p99 ${p99.toFixed(2)} ms; ` +
        `idle ${((100 * report.idleCpuMs) / IDLE_MS).toFixed(2)} % of a core`,
    );
    await cache.close();
    await once(child, 'exit');
  });
}
