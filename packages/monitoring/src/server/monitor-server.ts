import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { MonitorInternals } from '../monitor.ts';
import type { Access } from './access.ts';
import { EventStream } from './event-stream.ts';
import { PageFiles } from './page-files.ts';
import { PointRecorder } from './point-recorder.ts';
import type { Reply } from './reply.ts';
import { send, text } from './reply.ts';
import { Routes } from './routes.ts';
import { signIn } from './sign-in.ts';

/** A monitor's server on a port of its own. */
export interface MonitorServer extends AsyncDisposable {
  /** Of the dashboard, such as `http://127.0.0.1:9090/`. */
  readonly url: string;
  readonly port: number;
  /** Ends every connection. Idempotent. */
  close(): Promise<void>;
}

/** Answers the requests of a server that listens already. */
export class HttpMonitorServer implements MonitorServer {
  readonly url: string;
  readonly port: number;
  readonly #server: Server;
  readonly #access: Access;
  readonly #recorder: PointRecorder;
  readonly #events: EventStream;
  readonly #files = new PageFiles();
  readonly #routes: Routes;
  #closing: Promise<void> | undefined;

  constructor(monitor: MonitorInternals, server: Server, access: Access, url: string, port: number) {
    this.url = url;
    this.port = port;
    this.#server = server;
    this.#access = access;
    this.#events = new EventStream(() => JSON.stringify(this.#recorder.everything()));
    this.#recorder = new PointRecorder(
      monitor,
      (tick) => this.#events.send('tick', () => JSON.stringify(tick)),
      () => this.#events.hasClients,
    );
    this.#routes = new Routes(monitor, this.#recorder, this.#files);
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#recorder.close();
      this.#events.close();
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A connection that broke is noticed by its 'close'; there is nobody left to tell.
    response.on('error', () => {});
    try {
      const reply = await this.#reply(request, response);
      if (reply !== undefined && !response.destroyed) send(response, reply);
    } catch (error) {
      if (!response.headersSent) send(response, text(`Failed: ${String(error)}`, 500));
    }
  }

  /** @returns `undefined` for what is answered already. */
  async #reply(request: IncomingMessage, response: ServerResponse): Promise<Reply | undefined> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return text('Only GET and HEAD.', 405, { allow: 'GET, HEAD', connection: 'close' });
    }
    if (hasBody(request)) return text('No body, please.', 413, { connection: 'close' });
    const url = URL.parse(request.url ?? '', 'http://localhost');
    if (url === null) return text('This is no address.', 400);
    const refusal = this.#refusal(request, url);
    if (refusal !== undefined) return refusal;
    if (url.pathname !== '/events') return this.#routes.reply(url.pathname, request);
    if (request.method === 'HEAD') return { type: 'text/event-stream; charset=utf-8', body: '' };
    if (this.#events.add(response)) return undefined;
    return text('Too many are looking at once.', 503, { 'retry-after': '5' });
  }

  #refusal(request: IncomingMessage, url: URL): Reply | undefined {
    const verdict = this.#access.judge(request, url);
    if (verdict === 'granted' || (verdict === 'no-token' && this.#files.isPublic(url.pathname))) return undefined;
    if (verdict === 'foreign-host') return text('Ask for localhost, or give the server a token.', 421);
    const isWrong = url.searchParams.has('token');
    if (verdict === 'sign-in') {
      url.searchParams.delete('token');
      // Two slashes in front would be another host.
      const headers = {
        location: `${url.pathname.replace(/^\/+/, '/')}${url.search}`,
        'set-cookie': this.#access.cookie(),
      };
      return text('Signed in.', 303, headers);
    }
    if (url.pathname === '/') return signIn(isWrong);
    return text('Bring the token: Authorization: Bearer <token>.', 401, { 'www-authenticate': 'Bearer' });
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
