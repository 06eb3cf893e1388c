/** A line of a table; an empty one is a space between groups. */
export type Row = readonly string[];

const GAP = '  ';

/** Columns as wide as they must be: the first starts at the left, the others, figures, end at the right. */
export function table(rows: readonly Row[]): readonly string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => [...(row[column] ?? '')].length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join(GAP)
      .trimEnd(),
  );
}
