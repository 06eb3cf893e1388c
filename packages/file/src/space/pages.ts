import type { Connection } from '../sqlite/connection.ts';

export const PAGE_BYTES = 4096;

export interface Pages {
  readonly pages: number;
  readonly free: number;
}

/** How many pages the database has, and how many of them hold nothing. */
export function pagesOf(connection: Connection): Pages {
  const { page_count: pages } = connection.get<{ page_count: number }>('PRAGMA page_count')!;
  const { freelist_count: free } = connection.get<{ freelist_count: number }>('PRAGMA freelist_count')!;
  return { pages, free };
}
