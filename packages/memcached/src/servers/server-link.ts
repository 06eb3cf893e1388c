import type { Clock } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { Deadlines, LATE } from '@uno-cache/core/adapter';
import type { PackageSocket } from './package-client.ts';
import { PackageClient } from './package-client.ts';
import type { Reply } from './response-reader.ts';
import { ResponseReader } from './response-reader.ts';
import type { ServerAddress } from './server-list.ts';

/** A connection that has not come about by then will not. */
const MOST_CONNECT_MS = 3_600_000;
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
  readonly #deadlines: Deadlines;
  #client: PackageClient | undefined;
  readonly #outcomes = {
    answered: (): void => {},
    failed: (error: unknown): never => {
      throw error;
    },
    late: (): typeof LATE => {
      this.#fail(this.#goneInSilence());
      return LATE;
    },
  };
  #sockets: PackageSocket[] = [];
  #isOpen = false;
  #isClosed = false;
  readonly #waiting: Command[] = [];
  #flying: Command[] = [];

  constructor(address: ServerAddress, clock: Clock, deadlineMs: number) {
    this.#address = address;
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
    this.#deadlines = new Deadlines(clock, deadlineMs, true);
  }

  /**
   * @param text - the command's line, in latin1, with its data, without the last line end.
   * @throws ServerGone
   */
  send(text: string): Promise<Reply> {
    if (this.#isClosed) return Promise.reject(this.#gone('closed'));
    const answered = new Promise<Reply>((resolve, reject) => {
      this.#waiting.push({ text, resolve, reject });
    });
    const inTime = this.#deadlines.settle(answered, this.#outcomes, undefined, this.#clock.now(), (reply) => {
      if (reply === LATE) throw this.#goneInSilence();
      return reply;
    });
    if (this.#isOpen) this.#pump();
    else this.#open();
    return inTime;
  }

  close(): void {
    this.#isClosed = true;
    this.#fail(this.#gone('closed'));
    // After those that wait have heard why.
    queueMicrotask(() => this.#deadlines.close());
  }

  #open(): void {
    if (this.#client !== undefined) return;
    const { host, port } = this.#address;
    const client = new PackageClient(`${host}:${port}`, Math.min(2 * this.#deadlineMs, MOST_CONNECT_MS), (socket) =>
      this.#adopt(client, socket),
    );
    this.#client = client;
    client.open().then(
      () => {
        if (this.#client !== client) return;
        this.#isOpen = true;
        this.#pump();
      },
      (error: unknown) => {
        if (this.#client === client) this.#fail(this.#gone('cannot be reached', error));
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
      if (this.#client === client) this.#fail(this.#gone('the connection was closed'));
    });
  }

  #pump(): void {
    const sockets = this.#sockets;
    // What is sent together leaves together.
    for (const socket of sockets) socket.cork();
    while (this.#isOpen && this.#flying.length < MAX_IN_FLIGHT && this.#waiting.length > 0) {
      const next = this.#waiting.shift()!;
      this.#flying.push(next);
      const callback = (error: unknown): void => this.#fail(this.#gone('cannot be reached', error));
      this.#client!.send({ command: next.text, callback });
    }
    for (const socket of sockets) process.nextTick(() => socket.uncork());
  }

  #answer(reply: Reply): void {
    const command = this.#flying.shift();
    for (const socket of this.#sockets) socket.metaData.shift();
    const { line } = reply;
    if (command === undefined) {
      this.#fail(this.#gone(`said ${JSON.stringify(line)} unasked`));
    } else if (line === 'ERROR' || line.startsWith('ERROR ') || line.startsWith('CLIENT_ERROR')) {
      // What it made of the rest of the command is not known.
      const gone = this.#gone(line);
      command.reject(gone);
      this.#fail(gone);
    } else {
      command.resolve(reply);
      if (this.#waiting.length > 0) this.#pump();
    }
  }

  #fail(error: ServerGone): void {
    const lost = [...this.#flying, ...this.#waiting.splice(0)];
    this.#flying = [];
    this.#isOpen = false;
    const client = this.#client;
    this.#client = undefined;
    client?.end();
    for (const socket of this.#sockets.splice(0)) socket.destroy();
    for (const { reject } of lost) reject(error);
  }

  #gone(reason: string, cause?: unknown): ServerGone {
    return new ServerGone(this.#address.name, reason, false, cause);
  }

  #goneInSilence(): ServerGone {
    return new ServerGone(this.#address.name, `no answer within ${this.#deadlineMs} ms`, true);
  }
}
