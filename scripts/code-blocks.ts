/** A fenced block of TypeScript in a Markdown file. */
export interface CodeBlock {
  /** The file it stands in, as given. */
  readonly path: string;
  /** The line of its first line of code, from 1. */
  readonly line: number;
  /** Marked as `ts fragment`: it names what is not there, so it is only parsed. */
  readonly fragment: boolean;
  readonly code: string;
}

const opening = /^(?<indent>\s*)(?<fence>`{3,}|~{3,})(?<info>.*)$/;

/** The blocks that open with ```` ```ts ````, or ```` ```ts fragment ````. */
export function codeBlocks(path: string, markdown: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = markdown.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const match = opening.exec(lines[index] ?? '')?.groups;
    if (!match) continue;
    const end = lines.findIndex((line, at) => at > index && line.trim() === match.fence);
    if (end === -1) throw new Error(`${path}:${index + 1}: a code block that is never closed`);
    const [language = '', ...marks] = (match.info ?? '').trim().split(/\s+/);
    if (language === 'ts' || language === 'typescript') {
      const code = lines.slice(index + 1, end).map((line) => line.slice((match.indent ?? '').length));
      blocks.push({ path, line: index + 2, fragment: fragmentMark(path, index + 1, marks), code: code.join('\n') });
    }
    index = end;
  }
  return blocks;
}

function fragmentMark(path: string, line: number, marks: readonly string[]): boolean {
  const unknown = marks.find((mark) => mark !== 'fragment');
  if (unknown) throw new Error(`${path}:${line}: '${unknown}' is no mark of a code block; there is only 'fragment'`);
  return marks.length > 0;
}
