import type { Snapshot } from './metric.ts';

/** Where snapshots come from: a monitor. */
export interface SnapshotSource {
  /** The cache's name. */
  readonly cache: string;
  snapshot(): Promise<Snapshot>;
}

export type LabelledSnapshot = readonly [cache: string, snapshot: Snapshot];

/** Monitors by the value of the label `cache`: of several caches of one name the second is `name#2`, and so on. */
export class SnapshotSources {
  readonly #sources = new Map<string, SnapshotSource>();

  get isEmpty(): boolean {
    return this.#sources.size === 0;
  }

  /** @returns what takes it away again. */
  add(source: SnapshotSource): () => void {
    let label = source.cache;
    for (let copy = 2; this.#sources.has(label); copy++) label = `${source.cache}#${copy}`;
    this.#sources.set(label, source);
    return () => {
      if (this.#sources.get(label) === source) this.#sources.delete(label);
    };
  }

  snapshots(): Promise<LabelledSnapshot[]> {
    return Promise.all([...this.#sources].map(async ([label, source]) => [label, await source.snapshot()] as const));
  }
}
