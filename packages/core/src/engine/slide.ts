import type { Entry } from '../entry/entry.ts';
import { touched } from '../entry/entry.ts';
import { isPromise } from '../maybe-promise.ts';
import type { Op } from './driver.ts';
import { all, run, wait } from './driver.ts';
import type { Lane, Level, Region } from './region.ts';
import { FAILED } from './tier-handle.ts';

/** How much of the idle time must have passed before a read is worth a write to a tier that others share. */
const SLIDE_STEP = 0.05;

/** Grants a sliding entry its time anew, in the tiers that hold it; nobody waits for that. */
export function slideInBackground(region: Region, lane: Lane, key: string, entry: Entry): void {
  if (entry.slidingMs === 0) return;
  const slid = run(slide(region, lane, key, entry));
  if (isPromise(slid)) slid.catch(() => {});
}

function* slide(region: Region, lane: Lane, key: string, entry: Entry): Op<void> {
  const now = region.context.clock.now();
  const freshUntil = Math.min(now + entry.slidingMs, entry.slidesUntil);
  const step = region.last === 0 ? 0 : entry.slidingMs * SLIDE_STEP;
  if (freshUntil <= entry.freshUntil + step) return;
  const far = region.authority;
  const space = lane.spaces[far.index]!;
  const version = yield* wait(far.handle.ask('touch', () => space.touch(key, freshUntil, now), key));
  if (version === FAILED || version === 0) return;
  const retime = function* (level: Level): Op<void> {
    const near = lane.spaces[level.index]!;
    const copy = yield* wait(level.handle.ask('get', () => near.get(key, now), key));
    if (copy === FAILED || copy === undefined || copy.version !== entry.version) return;
    const slid = { ...touched(copy, freshUntil, version), slidesUntil: entry.slidesUntil };
    if (!region.isFenced(level)) yield* wait(level.handle.ask('set', () => near.set(key, slid, now), key));
  };
  yield* all(region.levels.slice(0, region.last).map(retime));
}
