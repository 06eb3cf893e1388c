import { execFileSync } from 'node:child_process';

const CONTENDERS = ['lru-cache', 'MemoryCache', 'memory()'] as const;

/** Prints the heap and buffers per entry of caches with a TTL, each measured in a process of its own. */
export function printHeap(entries: number): void {
  console.log(`\nBytes per entry, ${entries} entries with a TTL, without key and value\n`);
  for (const contender of CONTENDERS) {
    const args = ['--conditions=@uno-cache/source', '--expose-gc', `${import.meta.dirname}/heap-of.ts`];
    const bytes = Number(execFileSync(process.execPath, [...args, contender, String(entries)], { encoding: 'utf8' }));
    console.log(`  ${contender.padEnd(14)} ${bytes.toFixed(1).padStart(8)}`);
  }
}
