/** Stable codes: they do not change between majors, messages do. */
export type CacheErrorCode =
  /** Every tier failed a set or a delete; or, as an event, one tier failed. */
  | 'TIER_FAILED'
  /** A part of a tier is down, which skips it and goes on with the others. */
  | 'PART_DOWN'
  /** A factory passed its `hardTimeout`; or, as an event, a command passed its tier's deadline. */
  | 'TIMEOUT'
  /** A factory waits for its own key. */
  | 'FACTORY_FAILED'
  /** `cache.sync` was used on a tier without a sync view. */
  | 'SYNC_UNSUPPORTED'
  /** A value cannot be kept by the serializer, or bytes cannot be read by it. */
  | 'SERIALIZATION_FAILED'
  /** A key of more than 64 KiB of UTF-8. */
  | 'KEY_TOO_LONG'
  /** A tier cannot hold a value of this size. */
  | 'VALUE_TOO_LARGE'
  /** The cache or the tier has been closed. */
  | 'CLOSED'
  /** `getCache()` before `setDefaultCache()`. */
  | 'NO_DEFAULT_CACHE'
  /** A region that the options do not name. */
  | 'UNKNOWN_REGION'
  /** The runtime lacks what a feature needs, such as `AsyncLocalStorage`. */
  | 'PLATFORM_UNSUPPORTED'
  /** Bytes in a tier that are not an entry of ours, or not of this key, version or serializer. */
  | 'CORRUPT_ENTRY'
  /** A listener of an event threw. */
  | 'LISTENER_FAILED'
  /** A bus could not take a message, or lost some. */
  | 'BUS_FAILED'
  /** A function among the rules of an invalidation strategy threw. */
  | 'RULE_FAILED'
  /** A server, such as a monitor's, cannot listen: its port is taken, or may not be used. */
  | 'LISTEN_FAILED'
  /** An alert did not reach its webhook. */
  | 'WEBHOOK_FAILED'
  /** A monitor could not look at its cache; it tries again. */
  | 'MONITOR_FAILED';

/**
 * What goes wrong in a cache and is not a mistake in the call (those are `TypeError`). Test the `code`; the message is
 * for people.
 */
export class CacheError extends Error {
  override readonly name = 'CacheError';
  readonly code: CacheErrorCode;

  constructor(code: CacheErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** Whether something is a CacheError, from whichever copy of core; with a code, one of that code. */
  static is(error: unknown, code?: CacheErrorCode): error is CacheError {
    return (
      error instanceof Error &&
      error.name === 'CacheError' &&
      (code === undefined || (error as CacheError).code === code)
    );
  }
}
