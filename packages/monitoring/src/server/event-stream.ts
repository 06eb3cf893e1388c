import type { ServerResponse } from 'node:http';
import { SAFETY } from './reply.ts';

const MAX_CLIENTS = 32;
/** When a browser that lost the stream asks again, in milliseconds. */
const RETRY_MS = 2000;

/**
 * Server-sent events to everybody who looks at the page. Each event is made once for all of them. Whoever does not
 * read as fast as they come is left out, and told everything anew when there is room again; nothing is queued.
 */
export class EventStream {
  readonly #clients = new Map<ServerResponse, { isBehind: boolean }>();
  readonly #everything: () => string;

  /** @param everything - what a new client is told, as JSON. */
  constructor(everything: () => string) {
    this.#everything = everything;
  }

  get hasClients(): boolean {
    return this.#clients.size > 0;
  }

  /** @returns `false` when there are as many clients as may be. */
  add(response: ServerResponse): boolean {
    if (this.#clients.size >= MAX_CLIENTS) return false;
    response.writeHead(200, {
      ...SAFETY,
      'cache-control': 'no-store',
      'content-type': 'text/event-stream; charset=utf-8',
      // Proxies that collect answers would hold events back.
      'x-accel-buffering': 'no',
    });
    response.write(`retry: ${RETRY_MS}\n\n${event('everything', this.#everything())}`);
    this.#clients.set(response, { isBehind: false });
    response.on('close', () => this.#clients.delete(response));
    return true;
  }

  /** @param data - JSON, so that it has no line breaks; made only when somebody listens. */
  send(name: string, data: () => string): void {
    if (!this.hasClients) return;
    const news = event(name, data());
    let everything: string | undefined;
    for (const [response, client] of this.#clients) {
      if (response.writableNeedDrain) {
        client.isBehind = true;
      } else if (client.isBehind) {
        everything ??= event('everything', this.#everything());
        client.isBehind = false;
        response.write(everything);
      } else {
        response.write(news);
      }
    }
  }

  /** Ends every stream. */
  close(): void {
    for (const response of this.#clients.keys()) response.end();
    this.#clients.clear();
  }
}

function event(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}
