/*
 * A relay of the kill test: writes what it delivers into a file, and says how far it is. Ends by itself when there is
 * nothing left for it to do.
 *
 *   node deliverer.ts <database> <log>
 */
import { appendFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { outbox } from '../../src/index.ts';

const [, , path = '', log = ''] = process.argv;
const db = new DatabaseSync(path, { timeout: 10_000 });
const sink = {
  events: new Set(['user.updated']),
  handle: async ([event]: readonly { readonly payload?: unknown }[]) => {
    const { id } = event!.payload as { readonly id: number };
    appendFileSync(log, `${id}\n`);
    process.stdout.write(`${id}\n`);
    await setImmediate();
    return { deferred: [] };
  },
};
const relay = outbox(db).relay(sink, { batchSize: 7, lease: '100ms' });
await relay.drain();
await relay.close();
