import type { Clock, Timer } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import type { PackageSocket } from './package-client.ts';
import { PackageClient } from './package-client.ts';
import type { Reply } from './response-reader.ts';
import { ResponseReader } from './response-reader.ts';
import type { ServerAddress } from './server-list.ts';

/** Commands that wait for an answer at once; more wait here. */
const MAX_IN_FLIGHT = 256;

/** The server did not answer, or the connection broke: what became of the command is not known. */
export class ServerGone extends CacheError {
  constructor(server: string, reason: string, timedOut: boolean, cause?: unknown) {
    const options = cause === undefined ? undefined : { cause };
    super(timedOut ? 'TIMEOUT' : 'TIER_FAILED', `memcached at ${server}: ${reason}`, options);
  }
}

interface Command {
  readonly text: string;
  readonly dueAt: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One connection to one server, opened when it is needed. Commands are answered in order, within their deadline; the
 * first that is not ends the connection, and with it all that wait.
 */
export class ServerLink {
  readonly #address: ServerAddress;
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  #client: PackageClient | undefined;
  #sockets: PackageSocket[] = [];
  #isOpen = false;
  #isClosed = false;
  readonly #waiting: Command[] = [];
  #flying: Command[] = [];
  #timer: Timer | undefined;

  constructor(address: ServerAddress, clock: Clock, deadlineMs: number) {
    this.#address = address;
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
  }

  /**
   * @param text - the command's line, in latin1, with its data, without the last line end.
   * @throws ServerGone
   */
  send(text: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return void reject(new ServerGone(this.#address.name, 'closed', false));
      this.#waiting.push({ text, dueAt: this.#clock.now() + this.#deadlineMs, resolve, reject });
      this.#arm();
      if (this.#isOpen) this.#pump();
      else this.#open();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#fail('closed', false);
  }

  #open(): void {
    if (this.#client !== undefined) return;
    const { host, port } = this.#address;
    const client = new PackageClient(`${host}:${port}`, this.#deadlineMs, (socket) => this.#adopt(client, socket));
    this.#client = client;
    client.open().then(
      () => {
        if (this.#client !== client) return;
        this.#isOpen = true;
        this.#pump();
      },
      (error: unknown) => {
        if (this.#client === client) this.#fail('cannot be reached', false, error);
      },
    );
  }

  /** Takes the reading of a new connection over. */
  #adopt(client: PackageClient, socket: PackageSocket): void {
    if (this.#client !== client) return void socket.destroy();
    this.#sockets.push(socket);
    const reader = new ResponseReader((reply) => this.#answer(reply));
    const theirs = socket.listeners('data') as ((data: string) => void)[];
    socket.on('data', (data: string) => {
      if (this.#client === client) reader.take(data);
    });
    for (const listener of theirs) socket.off('data', listener);
    socket.setEncoding('latin1');
    socket.setDefaultEncoding('latin1');
    socket.once('close', () => {
      if (this.#client === client) this.#fail('the connection was closed', false);
    });
  }

  #pump(): void {
    const sockets = this.#sockets;
    // What is sent together leaves together.
    for (const socket of sockets) socket.cork();
    while (this.#isOpen && this.#flying.length < MAX_IN_FLIGHT && this.#waiting.length > 0) {
      const next = this.#waiting.shift()!;
      this.#flying.push(next);
      const callback = (error: unknown): void => this.#fail('cannot be reached', false, error);
      this.#client!.send({ command: next.text, callback });
    }
    for (const socket of sockets) process.nextTick(() => socket.uncork());
  }

  #answer(reply: Reply): void {
    const command = this.#flying.shift();
    for (const socket of this.#sockets) socket.metaData.shift();
    const { line } = reply;
    if (command === undefined) {
      this.#fail(`said ${JSON.stringify(line)} unasked`, false);
    } else if (line === 'ERROR' || line.startsWith('ERROR ') || line.startsWith('CLIENT_ERROR')) {
      // What it made of the rest of the command is not known.
      command.reject(new ServerGone(this.#address.name, line, false));
      this.#fail(line, false);
    } else {
      command.resolve(reply);
      if (this.#waiting.length > 0) this.#pump();
      this.#arm();
    }
  }

  #fail(reason: string, timedOut: boolean, cause?: unknown): void {
    const lost = [...this.#flying, ...this.#waiting.splice(0)];
    this.#flying = [];
    this.#isOpen = false;
    this.#timer?.cancel();
    this.#timer = undefined;
    const client = this.#client;
    this.#client = undefined;
    client?.end();
    for (const socket of this.#sockets.splice(0)) socket.destroy();
    const error = new ServerGone(this.#address.name, reason, timedOut, cause);
    for (const { reject } of lost) reject(error);
  }

  /** One timer, for the command that has waited longest: the others run out after it. */
  #arm(): void {
    const oldest = this.#flying[0] ?? this.#waiting[0];
    if (oldest === undefined) {
      this.#timer?.cancel();
      this.#timer = undefined;
    } else if (this.#timer === undefined) {
      this.#timer = this.#clock.setTimer(() => this.#ring(), Math.max(0, oldest.dueAt - this.#clock.now()), false);
    }
  }

  #ring(): void {
    this.#timer = undefined;
    const oldest = this.#flying[0] ?? this.#waiting[0];
    if (oldest !== undefined && oldest.dueAt <= this.#clock.now()) {
      this.#fail(`no answer within ${this.#deadlineMs} ms`, true);
    } else {
      this.#arm();
    }
  }
}
