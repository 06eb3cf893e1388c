import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Call, Handlers, Reply } from './messages.ts';

type Settle = (reply: Reply) => void;

/** The functions of another thread, which runs `serve()` with them. */
export class Remote<H extends Handlers<H>> implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Settle>();
  #calls = 0;
  #ended = false;
  #end: Promise<void> | undefined;

  constructor(file: URL, workerData: unknown) {
    this.#worker = new Worker(file, { workerData });
    this.#worker.on('message', (reply: Reply) => this.#waiting.get(reply.id)?.(reply));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('The thread has ended.')));
  }

  call<N extends keyof H & string>(name: N, ...parameters: Parameters<H[N]>): Promise<Awaited<ReturnType<H[N]>>> {
    if (this.#ended) return Promise.reject(new Error('The thread has ended.'));
    const id = this.#calls++;
    const answer = new Promise<Awaited<ReturnType<H[N]>>>((resolve, reject) => {
      this.#waiting.set(id, (reply) => {
        this.#waiting.delete(id);
        if ('error' in reply) reject(reply.error);
        else resolve(reply.value as Awaited<ReturnType<H[N]>>);
      });
    });
    this.#worker.postMessage({ id, name, parameters } satisfies Call);
    return answer;
  }

  /** Lets the thread finish what it does, and waits for its end. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#end ??= this.#finish();
    return this.#end;
  }

  async #finish(): Promise<void> {
    if (this.#ended) return;
    const exit = once(this.#worker, 'exit');
    this.#worker.postMessage(null);
    await exit;
  }

  #fail(error: unknown): void {
    this.#ended = true;
    for (const [id, settle] of this.#waiting) settle({ id, error });
  }
}
