/*
 * Runs a benchmark by its name, which is that of its folder:
 *
 *   pnpm bench              lists them
 *   pnpm bench near-hit     runs one; further arguments are its own
 */
import { existsSync, readdirSync } from 'node:fs';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true });
const names = folders
  .filter((entry) => entry.isDirectory() && existsSync(new URL(`./${entry.name}/main.ts`, import.meta.url)))
  .map(({ name }) => name);
const wanted = process.argv[2];

if (wanted === undefined) {
  console.log(`Benchmarks: ${names.join(', ')}. Run one with \`pnpm bench <name>\`.`);
} else if (names.includes(wanted)) {
  process.argv.splice(2, 1);
  await import(`./${wanted}/main.ts`);
} else {
  console.error(`There is no benchmark "${wanted}". There are: ${names.join(', ')}.`);
  process.exitCode = 2;
}
