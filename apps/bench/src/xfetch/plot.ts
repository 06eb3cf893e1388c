/** A named curve: points in the order of x. */
export interface Curve {
  readonly name: string;
  readonly mark: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const WIDTH = 64;
const HEIGHT = 16;
/** Where curves meet. */
const CROSSING = '◈';

/** Curves as text, on logarithmic axes. */
export function plot(title: string, curves: readonly Curve[]): string {
  const points = curves.flatMap((curve) => curve.points);
  const xs = rangeOf(points.map(([x]) => x));
  const ys = rangeOf(points.map(([, y]) => y));
  const grid = Array.from({ length: HEIGHT }, () => new Array<string>(WIDTH).fill(' '));
  for (const { mark, points: some } of curves) {
    for (const [x, y] of some) {
      const row = grid[HEIGHT - 1 - placeOf(y, ys, HEIGHT)];
      const column = placeOf(x, xs, WIDTH);
      if (row) row[column] = row[column] === ' ' || row[column] === mark ? mark : CROSSING;
    }
  }
  const rows = grid.map((cells, index) => {
    const label = index === 0 ? ys.max : index === HEIGHT - 1 ? ys.min : undefined;
    return `${(label?.toPrecision(3) ?? '').padStart(9)} │${cells.join('')}`;
  });
  const axis = `${' '.repeat(10)}└${'─'.repeat(WIDTH)}`;
  const ends = `${' '.repeat(11)}${xs.min}${String(xs.max).padStart(WIDTH - String(xs.min).length)}`;
  const names = curves.map(({ mark, name }) => `${mark} ${name}`);
  const isCrossed = grid.some((cells) => cells.includes(CROSSING));
  const legend = [...names, ...(isCrossed ? [`${CROSSING} more than one`] : [])].join('   ');
  return [title, ...rows, axis, ends, `${' '.repeat(11)}${legend}`].join('\n');
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function rangeOf(values: readonly number[]): Range {
  return { min: Math.min(...values), max: Math.max(...values) };
}

function placeOf(value: number, { min, max }: Range, length: number): number {
  return Math.round((Math.log(value / min) / Math.log(max / min)) * (length - 1));
}
