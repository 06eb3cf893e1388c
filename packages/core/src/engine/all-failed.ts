import { CacheError } from '../errors.ts';
import type { Region } from './region.ts';

/** The error of an operation that no tier could do, with what each of them failed with. */
export function allFailed({ levels }: Region, what: string): CacheError {
  const causes = levels.map(({ handle }) => handle.lastError).filter((error) => error !== undefined);
  const cause =
    causes.length > 1 ? new AggregateError(causes, 'What the tiers failed with, nearest first.') : causes[0];
  return new CacheError('TIER_FAILED', `No tier could ${what}.`, { cause });
}
