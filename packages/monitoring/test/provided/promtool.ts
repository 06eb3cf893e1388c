import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What promtool says; it rejects with that when it has found a mistake. */
export async function promtool(...args: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)('promtool', [...args]);
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${stdout}${stderr}` || String(error), { cause: error });
  }
}
