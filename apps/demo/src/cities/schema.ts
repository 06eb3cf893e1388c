import type { DatabaseSync } from 'node:sqlite';

/** Stands in the file, as `user_version`, once an import is complete. A change of the tables is a change of it. */
export const SCHEMA_VERSION = 1;

export const TABLES = `
  CREATE TABLE city (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    population INTEGER NOT NULL,
    latitude REAL NOT NULL,
    longitude REAL NOT NULL
  ) STRICT`;

/** The index comes after the rows: filled at once it is quicker, and denser. */
export const INDEXES = 'CREATE INDEX city_country ON city (country)';

export function schemaVersionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}
