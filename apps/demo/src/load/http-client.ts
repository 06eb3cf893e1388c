import { Pool } from 'undici';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** `x-cache` of the answer: the tiers it came from. */
  readonly from: string;
  /** Which process of the service gave it: its place among the addresses. */
  readonly process: number;
  /** From sending the request, the first time if it had to be repeated, until the last byte was here. */
  readonly milliseconds: number;
}

export interface Asking {
  /** Else the database is asked and the cache left alone. */
  readonly cached: boolean;
  /** The process to ask first. */
  readonly process?: number;
}

interface Request {
  readonly method: 'GET' | 'PATCH';
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/**
 * A client that keeps its connections open. It asks any of the processes, as a load balancer would, and where one is not
 * there or ends before it has answered, the next: each request may be made twice.
 */
export class HttpClient implements AsyncDisposable {
  readonly #pools: readonly Pool[];
  #repeated = 0;

  constructor(urls: readonly string[], connections: number) {
    this.#pools = urls.map((url) => new Pool(url, { connections }));
  }

  get processes(): number {
    return this.#pools.length;
  }

  /** How many requests had to be made again, of another process. */
  get repeated(): number {
    return this.#repeated;
  }

  get(path: string, { cached, process }: Asking): Promise<Answer> {
    return this.#send({ method: 'GET', path, headers: cached ? {} : { 'cache-control': 'no-store' } }, process);
  }

  patch(path: string, change: unknown): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return this.#send({ method: 'PATCH', path, headers, body: JSON.stringify(change) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.close()));
  }

  async #send(request: Request, first = Math.floor(Math.random() * this.#pools.length)): Promise<Answer> {
    const started = performance.now();
    for (let tries = 0; ; tries++) {
      const process = (first + tries) % this.#pools.length;
      try {
        return { ...(await ask(this.#pools[process]!, request)), process, milliseconds: performance.now() - started };
      } catch (error) {
        if (tries + 1 >= this.#pools.length) throw error;
        this.#repeated++;
      }
    }
  }
}

async function ask(pool: Pool, request: Request): Promise<Pick<Answer, 'status' | 'body' | 'from'>> {
  const answer = await pool.request(request);
  return {
    status: answer.statusCode,
    body: await answer.body.text(),
    from: String(answer.headers['x-cache'] ?? ''),
  };
}
