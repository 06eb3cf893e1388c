import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const MAIN = join(import.meta.dirname, '../src/main.ts');

type Environment = Readonly<Record<string, string | undefined>>;

/** The demo as a program of its own, for which nobody has named a server. */
export class Program {
  readonly child: ChildProcess;
  #out = '';

  constructor(args: readonly string[], environment: Environment = {}) {
    this.child = spawn(process.execPath, ['--conditions=@uno-cache/source', MAIN, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        LANG: 'en_US.UTF-8',
        FORCE_COLOR: undefined,
        NO_COLOR: undefined,
        REDIS_URL: undefined,
        MEMCACHED_SERVERS: undefined,
        ...environment,
      },
    });
  }

  /** The first match in all that it writes. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    const chunks: AsyncIterator<Buffer> = this.child.stdout!.iterator({ destroyOnReturn: false });
    for (;;) {
      const match = pattern.exec(this.#out);
      if (match) return match;
      const { value, done } = await chunks.next();
      if (done) throw new Error(`It ended, and did not show ${pattern}: ${this.#out}`);
      this.#out += String(value);
    }
  }

  /** How it ends: a code and a signal. */
  ended(): Promise<unknown> {
    return once(this.child, 'exit');
  }
}

export interface Ending {
  readonly code: unknown;
  readonly out: string;
  readonly error: string;
}

/** Runs the demo to its end. */
export async function run(args: readonly string[], environment: Environment = {}): Promise<Ending> {
  const { child } = new Program(args, environment);
  const [out, error, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'exit')]);
  return { code, out, error };
}
