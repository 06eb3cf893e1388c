/*
 * The application of the kill test: user after user, each in a transaction with its event, and says how far it is.
 * Every third transaction is rolled back.
 *
 *   node writer.ts <database> <first id>
 */
import { DatabaseSync } from 'node:sqlite';
import { outbox } from '../../src/index.ts';

const [, , path = '', first = '1'] = process.argv;
const db = new DatabaseSync(path, { timeout: 10_000 });
db.exec('PRAGMA journal_mode = WAL');
const box = outbox(db);

for (let id = Number(first); ; id++) {
  db.exec('BEGIN IMMEDIATE');
  db.prepare('INSERT INTO users (id) VALUES (?)').run(id);
  process.stdout.write(`${id}\n`);
  box.write('user.updated', { id });
  db.exec(id % 3 === 0 ? 'ROLLBACK' : 'COMMIT');
}
