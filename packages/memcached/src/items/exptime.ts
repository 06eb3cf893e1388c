/** Longer times are taken for a date. */
const MAX_RELATIVE_S = 30 * 86_400;
const MAX_DATE_S = 0x7fff_ffff;
const NEVER = 0;

/**
 * When memcached may drop an item, as its commands take it. Never too early: it counts whole seconds, and the first may
 * be over at once. Entries know their exact end by themselves.
 *
 * @param ttlMs - greater than 0.
 */
export function exptime(ttlMs: number, now: number): number {
  const seconds = Math.ceil(ttlMs / 1000) + 1;
  if (seconds <= MAX_RELATIVE_S) return seconds;
  const date = Math.ceil(now / 1000) + seconds;
  return date <= MAX_DATE_S ? date : NEVER;
}
