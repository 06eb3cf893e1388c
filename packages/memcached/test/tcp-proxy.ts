import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** Between a tier and its server, to break what is between them. */
export interface TcpProxy {
  readonly address: string;
  /** Takes everything and says nothing: neither an answer nor an end. */
  blackhole(): void;
  /** As at first; what was swallowed stays so, and its connections are cut. */
  restore(): void;
  close(): Promise<void>;
}

export async function startProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isHole = false;
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('data', (data) => void (isHole || other.write(data)));
      socket.on('close', () => {
        sockets.delete(socket);
        if (!isHole) other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: `127.0.0.1:${(server.address() as { port: number }).port}`,
    blackhole: () => {
      isHole = true;
    },
    restore: () => {
      isHole = false;
      destroyAll();
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      destroyAll();
      await closed;
    },
  };
}
