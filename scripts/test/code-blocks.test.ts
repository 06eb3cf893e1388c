import { expect, it } from 'vitest';
import { codeBlocks } from '../code-blocks.ts';

const fence = '```';

function markdown(...lines: readonly string[]): string {
  return lines.join('\n');
}

it('finds the TypeScript blocks and the lines they stand on', () => {
  const text = markdown(
    '# Title',
    `${fence}ts`,
    'a();',
    'b();',
    fence,
    '',
    `${fence}sh`,
    'c',
    fence,
    `${fence}typescript`,
    'd();',
    fence,
  );
  expect(codeBlocks('x.md', text)).toEqual([
    { path: 'x.md', line: 3, fragment: false, code: 'a();\nb();' },
    { path: 'x.md', line: 11, fragment: false, code: 'd();' },
  ]);
});

it('knows a fragment by its mark', () => {
  expect(codeBlocks('x.md', markdown(`${fence}ts fragment`, 'a();', fence))).toMatchObject([{ fragment: true }]);
  expect(() => codeBlocks('x.md', markdown(`${fence}ts fragmnt`, fence))).toThrow("x.md:1: 'fragmnt' is no mark");
});

it('takes a block within a list without its indentation', () => {
  const text = markdown('- item', `  ${fence}ts`, '  if (a) {', '    b();', '  }', `  ${fence}`);
  expect(codeBlocks('x.md', text)).toMatchObject([{ code: 'if (a) {\n  b();\n}' }]);
});

it('leaves a block within a longer fence alone', () => {
  const text = markdown('````md', `${fence}ts`, 'a();', fence, '````');
  expect(codeBlocks('x.md', text)).toEqual([]);
});

it('does not swallow the rest of a document after a block that is never closed', () => {
  expect(() => codeBlocks('x.md', markdown('text', `${fence}ts`, 'a();'))).toThrow('x.md:2');
});
