import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Backing } from '../service/city-cache.ts';

const MAIN = new URL('./service-main.ts', import.meta.url);
const CLOSES_WITHIN_MS = 10_000;

/** What a process of the service is told at first. */
export interface ServiceOptions {
  /** The file of the database. */
  readonly database: string;
  readonly backing: Backing;
  readonly namespace: string;
  readonly ports: Ports;
}

/** Where to listen; what is left out has a preset, and what is 0 is any that is free. */
export interface Ports {
  readonly service?: number | undefined;
  readonly dashboard?: number | undefined;
}

/** Its answer: where it listens, or why it does not. */
export type ServiceStart = Addresses | { readonly failure: string };

interface Addresses {
  readonly url: string;
  readonly dashboard: string;
}

/** The service in a process of its own. It ends with the demo, in whatever way that does. */
export class ServiceProcess implements AsyncDisposable {
  readonly url: string;
  readonly dashboard: string;
  readonly #options: ServiceOptions;
  #child: ChildProcess;
  #isKilled = false;

  private constructor(options: ServiceOptions, child: ChildProcess, { url, dashboard }: Addresses) {
    this.#options = options;
    this.#child = child;
    this.url = url;
    this.dashboard = dashboard;
  }

  static async start(options: ServiceOptions): Promise<ServiceProcess> {
    const child = launch(options);
    return new ServiceProcess(options, child, await addresses(child));
  }

  /** Whether it was ended with `kill`, and not started again. */
  get isKilled(): boolean {
    return this.#isKilled;
  }

  /** Ends it in the middle of what it does. */
  async kill(): Promise<void> {
    this.#isKilled = true;
    if (hasEnded(this.#child)) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  /** Starts it again at the same addresses, with nothing in its memory. */
  async restart(): Promise<void> {
    await this.kill();
    this.#child = launch({ ...this.#options, ports: { service: portOf(this.url), dashboard: portOf(this.dashboard) } });
    await addresses(this.#child);
    this.#isKilled = false;
  }

  /** Lets it answer what it has been asked, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (hasEnded(this.#child)) return;
    const ended = once(this.#child, 'exit');
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), CLOSES_WITHIN_MS);
    if (this.#child.connected) this.#child.disconnect();
    await ended;
    clearTimeout(impatience);
  }
}

function launch(options: ServiceOptions): ChildProcess {
  const child = fork(MAIN, { execArgv: ['--conditions=@uno-cache/source'] });
  // Not as arguments, which every user of the machine can read: there may be a password in the address of a server.
  child.send(options);
  return child;
}

/** @throws what kept it from listening. */
async function addresses(child: ChildProcess): Promise<Addresses> {
  const ended = once(child, 'exit').then(([code, signal]): [ServiceStart] => [
    { failure: `A process of the service has ended, with ${code ?? signal}, before it listened.` },
  ]);
  const [start] = (await Promise.race([once(child, 'message'), ended])) as [ServiceStart];
  if ('url' in start) return start;
  if (child.connected) child.disconnect();
  throw new Error(start.failure);
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
