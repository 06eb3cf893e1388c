interface Channel {
  readonly port1: { onmessage: (() => void) | null; close(): void };
  readonly port2: { postMessage(message: unknown): void };
}

/** What may be there, by platform. */
interface Platform {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly MessageChannel: new () => Channel;
}

/**
 * Resolves in a later turn of the event loop, when every promise job that is ready by now has run. The platform's
 * functions are taken when the module is loaded, so that a test runner's fake timers do not stop it.
 */
export const macrotask: () => Promise<void> = chooseTurn(globalThis as unknown as Platform);

function chooseTurn({ setImmediate, MessageChannel }: Platform): () => Promise<void> {
  if (setImmediate !== undefined) return () => new Promise((resolve) => void setImmediate(resolve));
  return () => new Promise((resolve) => post(new MessageChannel(), resolve));
}

function post({ port1, port2 }: Channel, resolve: () => void): void {
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(0);
}
