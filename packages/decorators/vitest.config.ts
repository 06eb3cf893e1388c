import { transform } from 'esbuild';
import { defineProject } from 'vitest/config';
import { fromSource } from '../../vitest.shared.ts';

/** vitest leaves decorators as they are, and Node does not know them. */
const decorators = {
  name: 'decorators',
  enforce: 'pre' as const,
  async transform(code: string, id: string) {
    if (!/\.ts$/.test(id) || !/^\s*@\w+\(/m.test(code)) return undefined;
    return transform(code, { loader: 'ts', target: 'es2023', sourcemap: true, sourcefile: id });
  },
};

export default defineProject({ ...fromSource('decorators'), plugins: [decorators] });
