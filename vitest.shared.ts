import type { UserWorkspaceConfig } from 'vitest/config';

const conditions = ['@uno-cache/source', 'module', 'node', 'development|production'];

/** What the tests of every package share: the workspace's packages are taken from their source, without a build. */
export function fromSource(name: string): UserWorkspaceConfig {
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: { name, include: ['test/**/*.test.ts'] },
  };
}
