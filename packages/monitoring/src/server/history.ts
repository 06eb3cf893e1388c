/** A moment of the charts: what happened since the moment before, by second, and how things stand. */
export interface Point {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Lookups by second. */
  readonly lookups: number;
  readonly misses: number;
  /** 0..1; `null` where nothing was looked up. */
  readonly hitRate: number | null;
  readonly loads: number;
  readonly errors: number;
  readonly evictions: number;
  /** By the tier's label. */
  readonly tiers: Readonly<Record<string, TierPoint>>;
}

export interface TierPoint {
  /** Hits by second; `null` before the tier was there. */
  readonly hits: number | null;
  readonly hitRate: number | null;
  /** Milliseconds, of reads within the last seconds; `null` where there were none. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  /** How full, of whichever bound is nearer, 0..1; `null` without a bound. */
  readonly fill: number | null;
}

/** `T` with a column of numbers in place of each number: a third of the size of a list of points, as JSON. */
export type Columns<T> = {
  readonly [K in keyof T]: T[K] extends number | null ? T[K][] : Columns<T[K]>;
};

/** Points, oldest first. */
export type History = Columns<Point>;

/** The last points, as many as there is room for. */
export class PointRing {
  readonly #capacity: number;
  readonly #points: Point[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(point: Point): void {
    this.#points.push(point);
    if (this.#points.length > this.#capacity) this.#points.shift();
  }

  columns(): History {
    const points = this.#points;
    const column = <K extends keyof Omit<Point, 'tiers'>>(name: K): Point[K][] => points.map((point) => point[name]);
    const labels = new Set(points.flatMap(({ tiers }) => Object.keys(tiers)));
    return {
      at: column('at'),
      lookups: column('lookups'),
      misses: column('misses'),
      hitRate: column('hitRate'),
      loads: column('loads'),
      errors: column('errors'),
      evictions: column('evictions'),
      tiers: Object.fromEntries([...labels].map((label) => [label, tierColumns(points, label)])),
    };
  }
}

function tierColumns(points: readonly Point[], label: string): Columns<TierPoint> {
  const column = (name: keyof TierPoint): (number | null)[] => points.map(({ tiers }) => tiers[label]?.[name] ?? null);
  return {
    hits: column('hits'),
    hitRate: column('hitRate'),
    p50: column('p50'),
    p95: column('p95'),
    p99: column('p99'),
    fill: column('fill'),
  };
}
