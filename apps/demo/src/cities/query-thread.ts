import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import { serve } from '../thread/serve.ts';
import { queries } from './queries.ts';

// node:sqlite answers synchronously: in a thread of its own, a long query keeps no other request waiting for the CPU.
const database = new DatabaseSync(String(workerData));
database.exec('PRAGMA busy_timeout = 10000; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536');

serve(queries(database), () => database.close());
