import type { ByteSize } from '@uno-cache/core';
import { byteSize, checkInteger, mismatch, readMaxValueBytes } from '@uno-cache/core/adapter';

const DEFAULT_MAX_BYTES = '256mb';
const LEAST_BYTES = 1_048_576;
const MOST_LOG_BYTES = 16_777_216;
/** What the database needs beside its pages and its log: the shared memory, directories, the bell. */
const OVERHEAD_BYTES = 65_536;

export interface LimitOptions {
  /**
   * The most that the directory takes on the disk: entries, indexes, the log and what was set aside. At least 1 MB.
   *
   * @defaultValue `'256mb'`
   */
  readonly maxBytes?: ByteSize;
  /** @defaultValue `Infinity` */
  readonly maxEntries?: number;
  /** The largest value that is taken, as serialized; a larger one is refused with `VALUE_TOO_LARGE`. @defaultValue none */
  readonly maxValueBytes?: ByteSize;
}

/** The options in bytes, and how they are shared out. */
export interface Limits {
  readonly maxBytes: number;
  readonly maxEntries: number;
  /** For the pages of the database and the files of large values. */
  readonly dataBytes: number;
  /** For SQLite's write-ahead log. */
  readonly logBytes: number;
  /** Held ready for when the disk is full: more than the log usually holds, so that it fits into the database. */
  readonly reserveBytes: number;
  /** What one transaction writes, about: a small part of the log, so that several processes do not overrun it. */
  readonly sliceBytes: number;
  /** The largest entry that is taken. */
  readonly entryBytes: number;
  /** The largest value that is taken. */
  readonly valueBytes: number;
}

/** @throws TypeError naming the option. */
export function readLimits(options: LimitOptions): Limits {
  const { maxBytes = DEFAULT_MAX_BYTES, maxEntries = Infinity, maxValueBytes } = options;
  const bytes = byteSize(maxBytes, 'maxBytes');
  if (bytes < LEAST_BYTES) throw new TypeError(mismatch('maxBytes', 'at least "1mb"', maxBytes));
  const logBytes = Math.min(MOST_LOG_BYTES, Math.floor(bytes / 16) * 2);
  const reserveBytes = logBytes / 2;
  const dataBytes = bytes - logBytes - reserveBytes - OVERHEAD_BYTES;
  return {
    maxBytes: bytes,
    maxEntries: checkInteger(maxEntries, 'maxEntries', { min: 1, max: Infinity }),
    dataBytes,
    logBytes,
    reserveBytes,
    sliceBytes: Math.floor(logBytes / 64),
    entryBytes: Math.floor(dataBytes / 4),
    valueBytes: readMaxValueBytes(maxValueBytes),
  };
}
