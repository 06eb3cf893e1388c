import type { Announcement } from './bus-handle.ts';
import type { Op } from './driver.ts';
import { wait } from './driver.ts';
import type { Lane, Region } from './region.ts';
import type { TierHandle } from './tier-handle.ts';

/**
 * Tells the other processes what changed here, and waits until the bus has the message. A sync caller does not wait: the
 * message goes its way in order, and is kept if it cannot.
 */
export function* announce(
  region: Region,
  lane: Lane,
  message: Announcement,
  announcedBy?: TierHandle | undefined,
): Op<void> {
  const published = region.context.publish(region, message, announcedBy);
  if (lane === region.async) yield* wait(published);
}
