import type { Clock, Duration, Timer } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { checkOptions, durationMs, mismatch } from '@uno-cache/core/adapter';
import type { Alert } from './alert.ts';

export interface WebhookOptions {
  /** `http:` or `https:`, without a user and password: those go into `headers.authorization`. A redirect is a failure. */
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long one attempt may take. @defaultValue '5s' */
  readonly timeout?: Duration;
}

export interface CheckedWebhook {
  readonly url: URL;
  readonly headers: Headers;
  readonly timeoutMs: number;
}

/** Pauses before each further attempt. */
const RETRIES_MS: readonly number[] = [1_000, 5_000, 25_000];
/** Alerts that wait to be posted; the oldest gives way. */
const MOST_WAITING = 100;

/** @throws TypeError */
export function checkWebhook(options: WebhookOptions): CheckedWebhook {
  checkOptions('webhook', options, ['url', 'headers', 'timeout']);
  const url = URL.parse(String(options.url));
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(mismatch('webhook.url', 'an http: or https: URL', options.url));
  }
  if (url.username !== '' || url.password !== '') {
    // Not what came: messages end up in logs.
    throw new TypeError('webhook.url must be without a user and password; put them into webhook.headers.authorization');
  }
  const { headers = {}, timeout = '5s' } = options;
  return Object.freeze({ url, headers: checkHeaders(headers), timeoutMs: durationMs(timeout, 'webhook.timeout') });
}

function checkHeaders(given: NonNullable<WebhookOptions['headers']>): Headers {
  try {
    const headers = new Headers(given);
    headers.set('content-type', 'application/json');
    return headers;
  } catch {
    throw new TypeError(mismatch('webhook.headers', 'a record of header names and values', given));
  }
}

/**
 * Posts alerts as JSON, `{ status: 'firing' | 'resolved', alert }`, one after the other. An attempt that fails, or is
 * not answered with 2xx, is made again three times; then the alert is given up and an error told.
 */
export class Webhook {
  readonly #options: CheckedWebhook;
  readonly #clock: Clock;
  readonly #onError: (error: CacheError) => void;
  readonly #waiting: Alert[] = [];
  readonly #abort = new AbortController();
  #sending: Promise<void> | undefined;
  #pause: { readonly timer: Timer; readonly end: () => void } | undefined;

  constructor(options: CheckedWebhook, clock: Clock, onError: (error: CacheError) => void) {
    this.#options = options;
    this.#clock = clock;
    this.#onError = onError;
  }

  post(alert: Alert): void {
    if (this.#abort.signal.aborted) return;
    if (this.#waiting.length >= MOST_WAITING) this.#giveUp(this.#waiting.shift()!, new Error('too many are waiting'));
    this.#waiting.push(alert);
    this.#sending ??= this.#sendAll();
  }

  /** Gives up what was not posted yet. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    this.#abort.abort();
    this.#pause?.timer.cancel();
    this.#pause?.end();
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    for (let alert = this.#waiting.shift(); alert !== undefined; alert = this.#waiting.shift()) {
      await this.#send(alert);
    }
    this.#sending = undefined;
  }

  async #send(alert: Alert): Promise<void> {
    for (let attempt = 0; !this.#abort.signal.aborted; attempt++) {
      try {
        await this.#attempt(alert);
        return;
      } catch (error) {
        const pauseMs = RETRIES_MS[attempt];
        if (this.#abort.signal.aborted) return;
        if (pauseMs === undefined) {
          this.#giveUp(alert, error);
          return;
        }
        await this.#wait(pauseMs);
      }
    }
  }

  async #attempt(alert: Alert): Promise<void> {
    const { url, headers, timeoutMs } = this.#options;
    const status = alert.state === 'resolved' ? 'resolved' : 'firing';
    const ended = new AbortController();
    const timer = this.#clock.setTimer(() => ended.abort(new Error('no answer in time')), timeoutMs, true);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        // Somebody else's server is not to get headers that are a secret of this one's.
        redirect: 'manual',
        body: JSON.stringify({ status, alert }),
        signal: AbortSignal.any([this.#abort.signal, ended.signal]),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`answered with ${response.status}`);
    } finally {
      timer.cancel();
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#pause = { timer: this.#clock.setTimer(resolve, ms, true), end: resolve };
    });
  }

  #giveUp({ name }: Alert, cause: unknown): void {
    // The host alone: a path or a query may be the secret of such a URL.
    const message = `Alert "${name}" did not reach the webhook at ${this.#options.url.host}: ${reasonOf(cause)}`;
    this.#onError(new CacheError('WEBHOOK_FAILED', message, { cause }));
  }
}

/** Errors of fetch are `TypeError`s, and may quote the URL: of them the code alone is told. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof TypeError)) return cause instanceof Error ? cause.message : String(cause);
  const { code } = (cause.cause ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : 'the request failed';
}
