import type { Entry } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { show } from '@uno-cache/core/adapter';
import type { Keeping } from './keeping.ts';
import { withValue } from './keeping.ts';

/** A structured clone goes in and another comes out: nobody shares anything with the cache. */
export const cloned: Keeping = {
  keep(key, entry) {
    try {
      return copy(entry);
    } catch (cause) {
      throw new CacheError('SERIALIZATION_FAILED', `The value of key ${show(key)} cannot be cloned.`, { cause });
    }
  },
  give: (_, kept) => copy(kept),
};

function copy(entry: Entry): Entry {
  const { value } = entry;
  const isShareable = typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol';
  return isShareable || value === null ? entry : withValue(entry, structuredClone(value), entry.version);
}
