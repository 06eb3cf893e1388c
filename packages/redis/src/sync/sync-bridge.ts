import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { CacheError } from '@uno-cache/core';
import { receivedError } from './sent-error.ts';
import type { SyncAnswer, SyncRequest, WorkerSettings } from './sync-request.ts';
import { enterThread } from './sync-thread.ts';

/** What a thread needs to start, beside the first command's time. */
const START_MS = 3_000;
/** The worker gives up first, so that its error says why. */
const GRACE_MS = 50;

/** Asks a worker and sleeps until it answers (`Atomics.wait`). The thread starts with the first question. */
export class SyncBridge {
  readonly #options: WorkerSettings['options'];
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  readonly #onReport: (report: SyncAnswer['reports'][number]) => void;
  #port: MessageChannel['port1'] | undefined;
  #leave: (() => void) | undefined;
  #closed = false;
  #hasAnswered = false;
  #lastId = 0;

  constructor(options: WorkerSettings['options'], onReport: (report: SyncAnswer['reports'][number]) => void) {
    this.#options = options;
    this.#onReport = onReport;
  }

  /** @throws CacheError `TIMEOUT`, `CLOSED`, and whatever the other thread threw. */
  ask(request: Omit<SyncRequest, 'id'>): unknown {
    if (this.#closed) throw new CacheError('CLOSED', 'The tier has been closed.');
    const port = this.#open();
    const id = ++this.#lastId;
    port.postMessage({ ...request, id });
    const until = performance.now() + request.timeoutMs + (this.#hasAnswered ? GRACE_MS : START_MS);
    for (;;) {
      const answer = this.#fetch(port, id);
      if (answer !== undefined) return this.#settled(answer);
      const left = until - performance.now();
      if (left <= 0) throw new CacheError('TIMEOUT', `Redis did not answer within ${request.timeoutMs} ms.`);
      Atomics.wait(this.#signal, 0, 0, left);
    }
  }

  close(): void {
    this.#closed = true;
    this.#port?.close();
    this.#leave?.();
  }

  /** The answer, if it is there; those to questions that nobody waits for any more are dropped. */
  #fetch(port: MessageChannel['port1'], id: number): SyncAnswer | undefined {
    Atomics.store(this.#signal, 0, 0);
    for (;;) {
      const received = receiveMessageOnPort(port) as { message: SyncAnswer } | undefined;
      if (received === undefined) return undefined;
      this.#hasAnswered = true;
      if (received.message.id === id) return received.message;
    }
  }

  #settled({ value, error, reports }: SyncAnswer): unknown {
    for (const report of reports) this.#onReport(report);
    if (error !== undefined) throw receivedError(error);
    return value;
  }

  #open(): MessageChannel['port1'] {
    if (this.#port !== undefined) return this.#port;
    const { port1, port2 } = new MessageChannel();
    const settings: WorkerSettings = { options: this.#options, port: port2, signal: this.#signal };
    port1.unref();
    this.#leave = enterThread(settings, () => this.#forget());
    this.#port = port1;
    return port1;
  }

  #forget(): void {
    this.#port?.close();
    this.#port = undefined;
    this.#leave = undefined;
    this.#hasAnswered = false;
  }
}
