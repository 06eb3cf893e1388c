import { checkKey } from '../adapter/key.ts';
import type { Entry } from '../entry/entry.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Op } from './driver.ts';
import { run } from './driver.ts';
import { answerOfRead, countHit } from './lookup.ts';
import type { LevelAnswer } from './read.ts';
import { readThrough } from './read.ts';
import type { Lane, Region } from './region.ts';
import { FAILED } from './tier-handle.ts';
import { unlessClosed } from './unless-closed.ts';

/**
 * The short way of a read from the only tier: a plain hit has nothing to be weighed, nor copied, so its value is all
 * that the caller's promise waits for. Whatever it cannot decide, it leaves to the engine.
 */
export function getFromOnlyTier(region: Region, key: string): MaybePromise<unknown> {
  checkKey(key);
  const { authority, context, async: lane } = region;
  const { handle, counters, index } = authority;
  const answered = (answer: LevelAnswer): unknown => {
    if (!isPlainHit(answer, context.clock.now())) return run(unlessClosed(region, weigh(region, lane, key, answer)));
    counters.hits++;
    countHit(region, key, { tier: handle.name, stale: false, negative: false });
    return answer.value;
  };
  if (handle.available && handle.covers(region.name, key)) return answered(undefined);
  return handle.get(lane.spaces[index]!, key, answered);
}

function* weigh(region: Region, lane: Lane, key: string, answer: LevelAnswer): Op<unknown> {
  return answerOfRead(region, lane, key, yield* readThrough(region, lane, key, { nearest: { answer } }));
}

/** Whether it is fresh, and nothing more has to be done for it. */
function isPlainHit(answer: LevelAnswer, now: number): answer is Entry {
  if (answer === undefined || answer === FAILED) return false;
  return now < answer.freshUntil && answer.tags === undefined && !answer.negative && answer.slidingMs === 0;
}
