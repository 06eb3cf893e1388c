/** A value and why it is what it is. */
export interface Advice {
  readonly value: unknown;
  readonly reason: string;
}

/** By the name of the option. */
export type Advices = Readonly<Record<string, Advice>>;

/** What a preset says: of the cache itself, and of the tiers that it makes. */
export interface Recipe {
  /** The function that it belongs to, as messages say it. */
  readonly owner: string;
  readonly cache: Advices;
  readonly memory: Advices;
  readonly file: Advices;
  readonly redis: Advices;
  /** Whether someone has to say where processes share entries. */
  readonly needsSharedTier: boolean;
}

export function advise(value: unknown, reason: string): Advice {
  return { value, reason };
}
