import type { FastifyInstance } from 'fastify';

const HOST = '127.0.0.1';
const PRESET_PORT = 3000;

/**
 * Listens on this machine alone: on `port`, or on 3000, or if that is taken on any that is free.
 *
 * @returns the service's address.
 */
export async function listen(app: FastifyInstance, port?: number): Promise<string> {
  try {
    return await app.listen({ host: HOST, port: port ?? PRESET_PORT });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (port !== undefined) throw new PortBusyError(port, '--port');
    return app.listen({ host: HOST, port: 0 });
  }
}

/** Somebody else listens on the port that an option of the command line names. */
export class PortBusyError extends Error {
  override readonly name: string = 'PortBusyError';

  constructor(port: number, option: string) {
    super(`Port ${port} is taken. Name another one with ${option}, or leave it out.`);
  }
}
