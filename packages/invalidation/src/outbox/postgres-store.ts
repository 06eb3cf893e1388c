import type { OutboxRow, OutboxStore } from './outbox-store.ts';

/** A PostgreSQL client or pool, by what is needed of it: as in `pg`, or PGlite. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>;
}

/**
 * No transaction that has written is open on this connection; one that has not has no event either. In the statement
 * itself: a transaction may begin between two of them. A pool gives each statement a connection of its own.
 */
const NO_TRANSACTION = 'pg_current_xact_id_if_assigned() IS NULL';

/** An outbox in PostgreSQL. Leases go by the server's clock. */
export class PostgresStore implements OutboxStore {
  readonly #db: PostgresClient;
  readonly #table: string;

  constructor(db: PostgresClient, table: string) {
    this.#db = db;
    this.#table = table;
  }

  /** @param transaction - the client that the application's transaction is open on. */
  async write(event: string, payload: string | null, transaction: PostgresClient): Promise<void> {
    await transaction.query(`INSERT INTO ${this.#table} (event, payload) VALUES ($1, $2)`, [event, payload]);
  }

  async migrate(): Promise<void> {
    const name = this.#table.replaceAll('.', '_');
    await this.#db.query(`
      CREATE TABLE IF NOT EXISTS ${this.#table} (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event text NOT NULL, payload text, failure text
      )`);
    await this.#db.query(`CREATE INDEX IF NOT EXISTS ${name}_due ON ${this.#table} (id) WHERE failure IS NULL`);
    await this.#db.query(`
      CREATE TABLE IF NOT EXISTS ${this.#table}_relay (
        one int PRIMARY KEY CHECK (one = 1), holder text NOT NULL, ends timestamptz NOT NULL
      )`);
  }

  async claim(holder: string, leaseMs: number): Promise<boolean> {
    const { rows } = await this.#db.query(
      `INSERT INTO ${this.#table}_relay AS relay (one, holder, ends)
       SELECT 1, $1::text, clock_timestamp() + $2::float8 * interval '1 millisecond' WHERE ${NO_TRANSACTION}
       ON CONFLICT (one) DO UPDATE SET holder = excluded.holder, ends = excluded.ends
       WHERE relay.ends <= clock_timestamp() OR relay.holder = excluded.holder
       RETURNING holder`,
      [holder, leaseMs],
    );
    return rows.length === 1;
  }

  async release(holder: string): Promise<void> {
    await this.#db.query(`DELETE FROM ${this.#table}_relay WHERE holder = $1`, [holder]);
  }

  async read(limit: number, after: number): Promise<OutboxRow[]> {
    const { rows } = await this.#db.query(
      `SELECT id, event, payload FROM ${this.#table}
       WHERE failure IS NULL AND id > $2 AND ${NO_TRANSACTION} ORDER BY id LIMIT $1`,
      [limit, after],
    );
    // A bigint comes as a string.
    return (rows as OutboxRow[]).map((row) => ({ ...row, id: Number(row.id) }));
  }

  async remove(ids: readonly number[]): Promise<void> {
    await this.#db.query(`DELETE FROM ${this.#table} WHERE id = ANY ($1::bigint[])`, [ids]);
  }

  async giveUp(id: number, reason: string): Promise<void> {
    await this.#db.query(`UPDATE ${this.#table} SET failure = $2 WHERE id = $1`, [id, reason]);
  }
}
