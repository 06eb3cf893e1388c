import { parentPort } from 'node:worker_threads';
import type { Call, Handlers, Reply } from './messages.ts';

/** Answers, in a worker thread, what a `Remote` asks. `null` from there ends the thread, after `close`. */
export function serve<H extends Handlers<H>>(handlers: H, close: () => void | Promise<void>): void {
  const port = parentPort;
  if (!port) throw new Error('This module is for a worker thread.');

  port.on('message', (call: Call | null) => {
    void (call === null ? end() : answer(call));
  });

  async function end(): Promise<void> {
    await close();
    port?.close();
  }

  async function answer({ id, name, parameters }: Call): Promise<void> {
    const say = (reply: Reply): void => port?.postMessage(reply);
    try {
      say({ id, value: await handlers[name as keyof H](...(parameters as never[])) });
    } catch (error) {
      say({ id, error });
    }
  }
}
