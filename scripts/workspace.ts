import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The parts of a package.json that the checks look at. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package under `packages/`: what is published. */
export interface Package {
  /** Its folder's name, `memory` for `@uno-cache/memory`. */
  readonly folder: string;
  /** Absolute. */
  readonly directory: string;
  readonly manifest: Manifest;
  /** Source text by path relative to the package: `src/index.ts`. */
  readonly sources: ReadonlyMap<string, string>;
}

export const root: string = resolve(import.meta.dirname, '..');

export function publicPackages(): readonly Package[] {
  const parent = join(root, 'packages');
  return readdirSync(parent)
    .filter((folder) => existsSync(join(parent, folder, 'package.json')))
    .map((folder) => readPackage(folder, join(parent, folder)))
    .filter(({ manifest }) => !manifest.private);
}

function readPackage(folder: string, directory: string): Package {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
  const paths = globSync('src/**/*.ts', { cwd: directory }).sort();
  const sources = new Map(paths.map((path) => [path, readFileSync(join(directory, path), 'utf8')]));
  return { folder, directory, manifest, sources };
}
