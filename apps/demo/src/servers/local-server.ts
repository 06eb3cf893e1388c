import type { ChildProcess } from 'node:child_process';
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';

const GUARD = new URL('./server-guard.ts', import.meta.url);
const STARTS_WITHIN_MS = 10_000;
const LOOK_MS = 20;

/** How to run a server. */
export interface LocalProgram {
  readonly program: string;
  readonly parameters: (port: number) => readonly string[];
  /** Rejects while the server does not answer. */
  readonly ping: (port: number) => Promise<void>;
}

/** A server of the demo's own, on a free port of this machine, which ends with the demo. It keeps nothing on disk. */
export class LocalServer implements AsyncDisposable {
  readonly port: number;
  readonly #how: LocalProgram;
  #guard: ChildProcess;

  private constructor(how: LocalProgram, port: number) {
    this.#how = how;
    this.port = port;
    this.#guard = launch(how, port);
  }

  static async start(how: LocalProgram): Promise<LocalServer> {
    const server = new LocalServer(how, await freePort());
    await server.#answers();
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    if (hasEnded(this.#guard)) return;
    const ended = once(this.#guard, 'exit');
    if (this.#guard.connected) this.#guard.disconnect();
    await ended;
  }

  /** Starts it again, on the same port, with nothing in it. */
  async restart(): Promise<void> {
    await this.kill();
    this.#guard = launch(this.#how, this.port);
    await this.#answers();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  async #answers(): Promise<void> {
    const { program, ping } = this.#how;
    for (const until = performance.now() + STARTS_WITHIN_MS; performance.now() < until; await setTimeout(LOOK_MS)) {
      if (hasEnded(this.#guard)) throw new Error(`${program} ended at once, with code ${this.#guard.exitCode}.`);
      const isThere = await ping(this.port).then(
        () => true,
        () => false,
      );
      if (isThere) return;
    }
    await this.kill();
    throw new Error(`${program} did not answer on port ${this.port} within ${STARTS_WITHIN_MS / 1000} seconds.`);
  }
}

/** Whether the program is on this machine. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

function launch({ program, parameters }: LocalProgram, port: number): ChildProcess {
  // In a group of its own: Ctrl-C goes to the demo, which ends its servers last.
  return fork(GUARD, [program, ...parameters(port)], { detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
