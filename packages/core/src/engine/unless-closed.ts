import { CacheError } from '../errors.ts';
import type { Op } from './driver.ts';
import type { Region } from './region.ts';

/**
 * Ends with `CLOSED` what `close()` has overtaken: what a tier was not asked for is not absent, and what it was not told
 * is not kept for it.
 */
export function* unlessClosed<T>(region: Region, op: Op<T>): Op<T> {
  try {
    const result = yield* op;
    checkOpen(region);
    return result;
  } catch (error) {
    if (CacheError.is(error, 'TIER_FAILED')) checkOpen(region);
    throw error;
  }
}

function checkOpen({ context, levels }: Region): void {
  if (levels.some(({ handle }) => handle.isClosed)) context.checkOpen();
}
