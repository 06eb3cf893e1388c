/*
 * The file tier on this machine's disk, values of 1 kB, against other caches that keep files. Medians of the rounds, taken in
 * turns; compare the ratios of one run.
 *
 *   npx -y pnpm@12.21.0 bench file              everything, some minutes
 *   npx -y pnpm@12.21.0 bench file peers        get and set: cacache, bentocache's file driver, a bare SELECT
 *   npx -y pnpm@12.21.0 bench file saves        set and save: flat-cache and keyv-file, which hold everything in memory
 *   npx -y pnpm@12.21.0 bench file batch        setMany against one by one
 *   npx -y pnpm@12.21.0 bench file million      1,000,000 entries against 10,000
 *   npx -y pnpm@12.21.0 bench file large        where files of their own become better than the table
 *   npx -y pnpm@12.21.0 bench file bus          latency and idle cost of the bus between two processes
 */
import { runBatch } from './batch.ts';
import { runBus } from './bus.ts';
import { runLarge } from './large.ts';
import { runMillion } from './million.ts';
import { runPeers } from './peers.ts';
import { runSaves } from './saves.ts';

const parts: Readonly<Record<string, () => Promise<void>>> = {
  peers: runPeers,
  saves: runSaves,
  batch: runBatch,
  million: runMillion,
  large: runLarge,
  bus: runBus,
};

const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await run();
