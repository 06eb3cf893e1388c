/** Variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One variable that configures the cache. */
export interface Variable {
  /** The option that it sets: `redis.commandTimeout`. */
  readonly path: string;
  /** Its value as the option takes it. @throws TypeError naming the variable, what came and what is allowed. */
  readonly read: (text: string, name: string) => unknown;
}
