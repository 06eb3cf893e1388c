import { describe, expect, it } from 'vitest';
import { importsOf, violationsOf } from '../boundaries.ts';
import type { Manifest, Package } from '../workspace.ts';

function pkg(folder: string, source: string, path = 'src/index.ts', manifest: Partial<Manifest> = {}): Package {
  return {
    folder,
    directory: `/packages/${folder}`,
    manifest: { name: `@uno-cache/${folder}`, ...manifest },
    sources: new Map([[path, source]]),
  };
}

describe('importsOf', () => {
  it('sees every way to name a module', () => {
    const source = `
      import a from 'a';
      import type { B } from 'b';
      import 'c';
      export { d } from 'd';
      export * from 'e';
      const f = await import('f');
      type G = import('g').G;
    `;
    expect([...importsOf('x.ts', source)].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });

  it('does not take examples in comments and strings for imports', () => {
    const source = `
      /** @example import { memory } from '@uno-cache/memory'; */
      // import 'node:fs';
      const text = "import('x')";
    `;
    expect([...importsOf('x.ts', source)]).toEqual([]);
  });
});

describe('core', () => {
  it.each(['node:fs', 'fs', '@uno-cache/memory', 'lodash', '../../memory/src/index.ts'])(
    'does not import %s',
    (name) => {
      expect(violationsOf(pkg('core', `import '${name}';`))).toHaveLength(1);
    },
  );

  it('imports its own files', () => {
    expect(violationsOf(pkg('core', "import '../ports/tier.ts';", 'src/engine/read.ts'))).toEqual([]);
  });

  it('may import node: modules in src/testing, and only these', () => {
    const path = 'src/testing/index.ts';
    expect(violationsOf(pkg('core', "import 'node:assert';", path))).toEqual([]);
    expect(violationsOf(pkg('core', "import 'vitest';", path))).toHaveLength(1);
  });

  it.each(['dependencies', 'optionalDependencies', 'peerDependencies'])('has no %s', (kind) => {
    const manifest = { [kind]: { lodash: '1.0.0' } };
    expect(violationsOf(pkg('core', '', 'src/index.ts', manifest))).toHaveLength(1);
  });
});

describe('an adapter', () => {
  it.each(['@uno-cache/core', '@uno-cache/core/adapter', 'node:fs', 'ioredis', './tier.ts'])(
    'may import %s',
    (name) => {
      expect(violationsOf(pkg('redis', `import '${name}';`))).toEqual([]);
    },
  );

  it.each(['@uno-cache/memory', '@uno-cache/core-extras', '../../core/src/index.ts'])('may not import %s', (name) => {
    expect(violationsOf(pkg('redis', `import '${name}';`))).toHaveLength(1);
  });

  it('does not install another adapter', () => {
    const manifest = { dependencies: { '@uno-cache/memory': '1.0.0', ioredis: '6.0.0' } };
    expect(violationsOf(pkg('redis', '', 'src/index.ts', manifest))).toHaveLength(1);
  });

  it('takes core as a peer', () => {
    const peer = { peerDependencies: { '@uno-cache/core': '^0.1.0' } };
    const own = { dependencies: { '@uno-cache/core': '^0.1.0' } };
    expect(violationsOf(pkg('redis', '', 'src/index.ts', peer))).toEqual([]);
    expect(violationsOf(pkg('redis', '', 'src/index.ts', own))).toHaveLength(1);
  });
});

it('presets alone knows several adapters', () => {
  const manifest = { dependencies: { '@uno-cache/memory': '^0.1.0', '@uno-cache/redis': '^0.1.0' } };
  expect(violationsOf(pkg('presets', "import '@uno-cache/memory';", 'src/index.ts', manifest))).toEqual([]);
});
