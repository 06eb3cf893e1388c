import type { Socket } from 'node:net';
import Memcached from 'memcached';

/** A command as the package keeps it in the queue of a connection. */
export interface QueuedCommand {
  readonly command: string;
  readonly callback: (error: unknown) => void;
}

/** A connection of the package's pool, with the commands that wait for an answer. */
export interface PackageSocket extends Socket {
  metaData: QueuedCommand[];
}

type Connected = (error: unknown, socket: PackageSocket | false | undefined) => void;

/** What is used of the package beyond what its types describe. */
interface PackageInternals {
  readonly connections: Record<string, { end(hard: boolean): void }>;
  connect(server: string, callback: Connected): void;
  command(compile: () => QueuedCommand, server: string): void;
  connectionIssue(): void;
}

const Base = Memcached as unknown as new (server: string, options: Memcached.options) => PackageInternals;

/**
 * The package's client for one server: its pool of one connection and its queue. How it goes on after a failure (with
 * timers that keep the process alive, and `ping` as a child process) and how it cuts replies (at line ends, also within
 * a value) is not used.
 */
export class PackageClient extends Base {
  readonly #server: string;
  readonly #onSocket: (socket: PackageSocket) => void;
  readonly #known = new WeakSet<PackageSocket>();

  /**
   * @param giveUpMs - when a connection that does not come about is left alone; its user has given it up before.
   * @param onSocket - hears of each new connection, before anything is sent through it.
   */
  constructor(server: string, giveUpMs: number, onSocket: (socket: PackageSocket) => void) {
    super(server, { poolSize: 1, retries: 0, timeout: giveUpMs, idle: 0 });
    this.#server = server;
    this.#onSocket = onSocket;
  }

  /** Opens the connection, unless it is open. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.connect(this.#server, (error, socket) => {
        if (error || !socket) reject(error instanceof Error ? error : new Error('no connection'));
        else resolve();
      });
    });
  }

  override connect(server: string, callback: Connected): void {
    super.connect(server, (error, socket) => {
      if (!error && socket && !this.#known.has(socket)) {
        this.#known.add(socket);
        this.#onSocket(socket);
      }
      callback(error, socket);
    });
  }

  send(command: QueuedCommand): void {
    this.command(() => command, this.#server);
  }

  /** The package would take the server for dead, and look after it by itself. */
  override connectionIssue(): void {}

  end(): void {
    this.connections[this.#server]?.end(true);
  }
}
