import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs something with a new directory, which is removed after it. */
export async function withDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'uno-cache-bench-'));
  try {
    await run(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The database of a file tier. */
export function databaseIn(directory: string): string {
  return join(directory, readdirSync(directory).find((name) => name.endsWith('.db')) ?? '');
}

/** Some 1,000 bytes as JSON. */
export function profile(index: number): object {
  return { id: index, name: `user ${index}`, roles: ['reader', 'writer'], text: 'x'.repeat(930) };
}

export function keyOf(index: number): string {
  return `user:${index}:profile`;
}

/** Nanoseconds as text. */
export function micros(ns: number | undefined): string {
  return `${((ns ?? Number.NaN) / 1000).toFixed(1)} µs`;
}
