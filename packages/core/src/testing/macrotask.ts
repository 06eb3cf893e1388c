type Turn = () => Promise<void>;

/**
 * Resolves in a later turn of the event loop, when every promise job that is ready by now has run. The platform's
 * functions are taken when the module is loaded, so that a test runner's fake timers do not stop it.
 */
export const macrotask: Turn = chooseTurn(globalThis.setImmediate, globalThis.MessageChannel);

function chooseTurn(immediate: typeof setImmediate | undefined, Channel: typeof MessageChannel): Turn {
  if (immediate !== undefined) return () => new Promise((resolve) => immediate(() => resolve()));
  return () =>
    new Promise((resolve) => {
      const { port1, port2 } = new Channel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(0);
    });
}
