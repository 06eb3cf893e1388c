export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Stands behind the bar. */
  readonly text: string;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Bars on one scale from 0, the longest `width` wide; nothing that is more than 0 is drawn as nothing. */
export function barChart(bars: readonly Bar[], width: number, unicode: boolean): readonly string[] {
  const most = Math.max(...bars.map(({ value }) => value));
  const labelWidth = Math.max(...bars.map(({ label }) => label.length));
  const textWidth = Math.max(...bars.map(({ text }) => text.length));
  return bars.map(({ label, value, text }) => {
    const length = most > 0 ? (value / most) * width : 0;
    return `${label.padEnd(labelWidth)}  ${text.padStart(textWidth)}  ${unicode ? blocks(length) : hashes(length)}`.trimEnd();
  });
}

function blocks(length: number): string {
  const eighths = length > 0 ? Math.max(1, Math.round(length * 8)) : 0;
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
}

function hashes(length: number): string {
  return '#'.repeat(length > 0 ? Math.max(1, Math.round(length)) : 0);
}
