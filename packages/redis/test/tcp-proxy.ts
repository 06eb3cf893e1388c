import type { Server as NetServer, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** Between a tier and its server, to break what is between them. */
export interface TcpProxy {
  readonly port: number;
  readonly url: string;
  /** How many connections were ever made. */
  readonly accepted: number;
  /** How long what the server says is held back. */
  delayMs: number;
  /** Sees what is sent; `false` cuts that connection, before the server has heard of it. */
  heard: ((text: string) => boolean) | undefined;
  /** Cuts every connection, and refuses new ones. */
  cut(): void;
  /** Leads to another server; connections that are there are cut. */
  lead(target: number): void;
  /** Takes everything and says nothing: neither an answer nor an end. */
  blackhole(): void;
  /** Lets connections say nothing on which such a thing was ever sent. → how many. */
  silence(sent: RegExp): number;
  /** New connections work. Those that were swallowed by a hole stay silent. */
  restore(): Promise<void>;
  /** All connections work, also those of a hole; what it has swallowed is lost. */
  reopen(): void;
  close(): Promise<void>;
}

/** The ends of one connection. */
interface Line {
  readonly near: Socket;
  readonly far: Socket;
  isSilent: boolean;
  /** What was sent on it at first. */
  sent: string;
}

/** How much of what is sent is remembered. */
const REMEMBERED = 10_000;

export async function startProxy(server: number): Promise<TcpProxy> {
  const lines = new Set<Line>();
  let target = server;
  let isHole = false;
  let accepted = 0;
  let door: NetServer;
  const accept = (near: Socket): void => {
    const far = connect(target, '127.0.0.1');
    const line: Line = { near, far, isSilent: isHole, sent: '' };
    lines.add(line);
    accepted++;
    near.on('error', () => {});
    far.on('error', () => near.destroy());
    near.on('data', (data) => {
      if (line.sent.length < REMEMBERED) line.sent += data.toString('latin1');
      if (line.isSilent) return;
      if (proxy.heard?.(data.toString('latin1')) === false) near.destroy();
      else far.write(data);
    });
    far.on('data', (data) => {
      if (line.isSilent) return;
      if (proxy.delayMs === 0) near.write(data);
      else setTimeout(() => near.destroyed || near.write(data), proxy.delayMs);
    });
    near.on('close', () => {
      lines.delete(line);
      far.destroy();
    });
    far.on('close', () => {
      if (!line.isSilent) near.destroy();
    });
  };
  const listen = (port: number): Promise<number> =>
    new Promise((resolve) => {
      door = createServer(accept).listen(port, '127.0.0.1', () => resolve((door.address() as { port: number }).port));
    });
  const port = await listen(0);
  const destroyAll = (): void => {
    for (const { near, far } of lines) {
      near.destroy();
      far.destroy();
    }
  };
  const proxy: TcpProxy = {
    port,
    url: `redis://127.0.0.1:${port}`,
    get accepted() {
      return accepted;
    },
    delayMs: 0,
    heard: undefined,
    cut: () => {
      door.close();
      destroyAll();
    },
    lead: (to) => {
      target = to;
      destroyAll();
    },
    blackhole: () => {
      isHole = true;
      for (const line of lines) line.isSilent = true;
    },
    silence: (sent) => {
      const found = [...lines].filter((line) => sent.test(line.sent));
      for (const line of found) line.isSilent = true;
      return found.length;
    },
    restore: async () => {
      isHole = false;
      if (!door.listening) await listen(port);
    },
    reopen: () => {
      isHole = false;
      for (const line of lines) line.isSilent = false;
    },
    close: async () => {
      const closed = new Promise((resolve) => door.close(resolve));
      destroyAll();
      await closed;
    },
  };
  return proxy;
}
