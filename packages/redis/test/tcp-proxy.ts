import type { Server as NetServer, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** Between a tier and its server, to break what is between them. */
export interface TcpProxy {
  readonly port: number;
  readonly url: string;
  /** How long what the server says is held back. */
  delayMs: number;
  /** Cuts every connection, and refuses new ones. */
  cut(): void;
  /** Takes everything and says nothing: neither an answer nor an end. */
  blackhole(): void;
  /** As at first. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

export async function startProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isHole = false;
  let server: NetServer;
  const accept = (near: Socket): void => {
    sockets.add(near);
    near.on('error', () => {});
    const far = connect(target, '127.0.0.1');
    sockets.add(far);
    far.on('error', () => near.destroy());
    near.on('data', (data) => {
      if (!isHole) far.write(data);
    });
    far.on('data', (data) => {
      if (isHole) return;
      if (proxy.delayMs === 0) near.write(data);
      else setTimeout(() => near.destroyed || near.write(data), proxy.delayMs);
    });
    near.on('close', () => {
      sockets.delete(near);
      far.destroy();
    });
    far.on('close', () => {
      sockets.delete(far);
      if (!isHole) near.destroy();
    });
  };
  const listen = (port: number): Promise<number> =>
    new Promise((resolve) => {
      server = createServer(accept).listen(port, '127.0.0.1', () =>
        resolve((server.address() as { port: number }).port),
      );
    });
  const port = await listen(0);
  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const proxy: TcpProxy = {
    port,
    url: `redis://127.0.0.1:${port}`,
    delayMs: 0,
    cut: () => {
      server.close();
      destroyAll();
    },
    blackhole: () => {
      isHole = true;
    },
    restore: async () => {
      if (isHole) destroyAll();
      isHole = false;
      if (!server.listening) await listen(port);
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      destroyAll();
      await closed;
    },
  };
  return proxy;
}
