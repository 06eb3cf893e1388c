import process, { argv, env, stderr, stdout } from 'node:process';
import { HELP, readCommandLine, UsageError } from './command-line.ts';
import { demo } from './demo.ts';
import { terminal } from './report/terminal.ts';
import { NoServerError } from './servers/shared-servers.ts';

const screen = terminal(stdout, env);
const interrupted = new AbortController();
// Once: whoever presses Ctrl-C again means it, and gets the system's way of ending a process.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
// Nobody reads on, as in `demo | head`.
stdout.on('error', () => interrupted.abort());

// No exit() anywhere: when all is closed, nothing holds the process.
process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const options = readCommandLine(argv.slice(2));
    if (options.help) {
      screen.write(HELP);
      return 0;
    }
    return (await demo(options, screen, interrupted.signal)) ? 0 : 1;
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    if (error instanceof UsageError) {
      stderr.write(`${error.message}\nSee --help.\n`);
      return 2;
    }
    if (error instanceof NoServerError) {
      stderr.write(`${error.message}\n`);
      return 2;
    }
    stderr.write(`${explain(error)}\n`);
    return 1;
  }
}

function explain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
