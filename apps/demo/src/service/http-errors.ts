import type { FastifyError, FastifyInstance } from 'fastify';
import { ZodError, z } from 'zod';

/** What was asked for does not exist. */
export class NotFoundError extends Error {
  readonly statusCode = 404;
}

/** Every answer that is an error is `{ "error": "..." }`. */
export function addErrorAnswers(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: `There is no ${request.method} ${request.url.split('?')[0]}; see GET /.` }),
  );

  app.setErrorHandler<FastifyError | ZodError | Error>((error, request, reply) => {
    if (error instanceof ZodError) return reply.code(400).send({ error: z.prettifyError(error) });
    const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
    if (status < 500) return reply.code(status).send({ error: error.message });
    request.log.error(error);
    return reply.code(500).send({ error: 'The service failed. Its log says why.' });
  });
}
