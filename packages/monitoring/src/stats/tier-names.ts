import type { Observation, ObservedTier } from '@uno-cache/core';

/** A tier as a region knows it: counters and events have its name, everything of the monitor its label. */
export interface NamedTier {
  readonly label: string;
  readonly name: string;
}

/** Which tiers the regions have. */
export class TierNames {
  readonly #byRegion: ReadonlyMap<string, readonly NamedTier[]>;
  /** Labels of all tiers. */
  readonly labels: readonly string[];

  constructor({ regions, tiers }: Pick<Observation, 'regions' | 'tiers'>) {
    const names = new Map(tiers().map(({ label, name }: ObservedTier) => [label, name]));
    this.labels = [...names.keys()];
    this.#byRegion = new Map(
      regions.map((region) => [region.name, region.tiers.map((label) => ({ label, name: names.get(label) ?? label }))]),
    );
  }

  /** Names of the regions. */
  get regions(): readonly string[] {
    return [...this.#byRegion.keys()];
  }

  /** Nearest first. */
  of(region: string): readonly NamedTier[] {
    return this.#byRegion.get(region) ?? [];
  }

  labelOf(region: string, name: string): string {
    return this.of(region).find((tier) => tier.name === name)?.label ?? name;
  }
}
