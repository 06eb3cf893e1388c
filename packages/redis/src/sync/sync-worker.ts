/* The thread in which tiers answer while the one that asked sleeps. */
import { parentPort } from 'node:worker_threads';
import type { WorkerSettings } from './sync-request.ts';
import { SyncServer } from './sync-server.ts';

parentPort!.on('message', (settings: WorkerSettings) => void new SyncServer(settings));
