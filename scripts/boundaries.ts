import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { parseSync } from 'oxc-parser';
import type { Package } from './workspace.ts';

const scope = '@uno-cache/';
const core = '@uno-cache/core';

/** Packages that may know several adapters. */
const composers = new Set(['presets']);

/**
 * What a package does against the direction of dependencies: apps → adapters → core → nothing.
 * One readable line for each.
 */
export function violationsOf(pkg: Package): readonly string[] {
  const found: string[] = [];
  for (const [path, source] of pkg.sources) {
    for (const specifier of importsOf(path, source)) {
      const reason = whyNot(pkg, path, specifier);
      if (reason) found.push(`packages/${pkg.folder}/${path} imports '${specifier}': ${reason}`);
    }
  }
  return [...found, ...manifestViolations(pkg)];
}

function whyNot(pkg: Package, path: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) {
    const target = relative('.', join(path, '..', specifier));
    return target.startsWith('..') ? 'a relative path stays within its package' : undefined;
  }
  if (pkg.folder === 'core') return whyNotFromCore(path, specifier);
  return mayName(pkg, specifier) ? undefined : 'an adapter imports core and no other package of ours';
}

function whyNotFromCore(path: string, specifier: string): string | undefined {
  if (!isBuiltin(specifier)) return 'core imports no package';
  if (path.startsWith('src/testing/')) return undefined;
  return 'core runs without Node too, so it asks the platform at run time; only src/testing may import node: modules';
}

function manifestViolations({ folder, manifest, ...pkg }: Package): readonly string[] {
  const installed = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  const named = [...installed, ...Object.keys(manifest.peerDependencies ?? {})];
  const where = `packages/${folder}/package.json`;
  if (folder === 'core') return named.map((name) => `${where} depends on ${name}: core depends on nothing`);

  const found = named
    .filter((name) => !mayName({ folder, manifest, ...pkg }, name))
    .map((name) => `${where} depends on ${name}: an adapter depends on core and no other package of ours`);
  if (installed.includes(core))
    found.push(`${where}: ${core} is a peer dependency, so that an application has one copy`);
  return found;
}

function mayName({ folder, manifest }: Package, specifier: string): boolean {
  const ours = specifier.startsWith(scope);
  return (
    !ours ||
    specifier === core ||
    specifier.startsWith(`${core}/`) ||
    composers.has(folder) ||
    specifier === manifest.name
  );
}

/** Every module that a source names: imports, re-exports, `import()` and types taken by `import('x')`. */
export function importsOf(path: string, source: string): ReadonlySet<string> {
  const found = new Set<string>();
  collect(parseSync(path, source).program, found);
  return found;
}

const importing = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

function collect(node: unknown, found: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && importing.has(String(node.type)) && 'source' in node) {
    const source = node.source as { readonly value?: unknown } | null;
    if (typeof source?.value === 'string') found.add(source.value);
  }
  for (const child of Object.values(node)) collect(child, found);
}
