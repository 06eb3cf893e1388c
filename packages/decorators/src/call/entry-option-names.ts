import type { EntryOptions } from '@uno-cache/core';

/** So that a new option of entries does not compile until it is named here. */
const NAMES = {
  ttl: true,
  sliding: true,
  jitter: true,
  staleWhileRevalidate: true,
  staleIfError: true,
  earlyRefresh: true,
  softTimeout: true,
  hardTimeout: true,
  tags: true,
  negativeTtl: true,
  signal: true,
  tiers: true,
  lease: true,
} satisfies Record<keyof EntryOptions, true>;

export const ENTRY_OPTION_NAMES: readonly string[] = Object.freeze(Object.keys(NAMES));

/** Those of the options that the cache itself takes. */
export function entryOptionsOf(options: object): EntryOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => ENTRY_OPTION_NAMES.includes(name)));
}
