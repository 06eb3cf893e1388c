import type { TierUsage } from '@uno-cache/core';
import type { Connection } from '../sqlite/connection.ts';
import type { Limits } from './limits.ts';
import { PAGE_BYTES, pagesOf } from './pages.ts';

const LEDGER = "SELECT entries, files FROM ledger WHERE name = ''";

/** How full a directory is: its pages that are in use and the files of large values, of what both may take. */
export function usageOf(connection: Connection, { dataBytes, maxEntries }: Limits): TierUsage {
  const { entries, files } = connection.get<{ entries: number; files: number }>(LEDGER)!;
  const { pages, free } = pagesOf(connection);
  return {
    entries,
    bytes: (pages - free) * PAGE_BYTES + files,
    maxBytes: dataBytes,
    ...(maxEntries === Infinity ? {} : { maxEntries }),
  };
}
