/**
 * Who is alive, of processes that share work. Implement it over what knows: an orchestrator, a registry, or a bus
 * (`busMembership`).
 */
export interface Membership {
  /** This process. */
  readonly self: string;

  /** All that are alive as far as this process knows, itself among them, in one order for equal sets. */
  members(): readonly string[];
}
