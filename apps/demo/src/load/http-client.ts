import { Pool } from 'undici';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** `x-cache` of the answer: the tiers it came from. */
  readonly from: string;
  /** From sending the request until the last byte was here. */
  readonly milliseconds: number;
}

export interface Bypass {
  /** Asks the database and leaves the cache alone. */
  readonly cached: boolean;
}

/** A client that keeps its connections open. */
export class HttpClient implements AsyncDisposable {
  readonly #pool: Pool;

  constructor(url: string, connections: number) {
    this.#pool = new Pool(url, { connections });
  }

  get(path: string, { cached }: Bypass): Promise<Answer> {
    return this.#send('GET', path, cached ? {} : { 'cache-control': 'no-store' });
  }

  patch(path: string, change: unknown): Promise<Answer> {
    return this.#send('PATCH', path, { 'content-type': 'application/json' }, JSON.stringify(change));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool.close();
  }

  async #send(method: 'GET' | 'PATCH', path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
    const started = performance.now();
    const answer = await this.#pool.request({ method, path, headers, body: body ?? null });
    const text = await answer.body.text();
    return {
      status: answer.statusCode,
      body: text,
      from: String(answer.headers['x-cache'] ?? ''),
      milliseconds: performance.now() - started,
    };
  }
}
