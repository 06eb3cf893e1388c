const GIVES_UP_MS = 15_000;
const LOOK_MS = 10;

/** Waits until something is so; generously, because machines that test are slow. */
export async function eventually(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const until = Date.now() + GIVES_UP_MS; Date.now() < until; ) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error(`it did not come to pass that ${what}`);
}
