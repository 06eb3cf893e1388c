/** What a rule's metric is for one thing. */
export interface Measurement {
  /** The component or the tier that it is of. */
  readonly tier: string | undefined;
  /** `undefined` when there was too little to measure. */
  readonly value: number | undefined;
}
