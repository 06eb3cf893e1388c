import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopback } from './loopback.ts';

/** What becomes of a request. `sign-in`: its address brought the token; the cookie stands for it from now on. */
export type Verdict = 'granted' | 'sign-in' | 'no-token' | 'foreign-host';

/**
 * Who may ask. With a token, whoever brings it: in `Authorization: Bearer`, once as `?token=`, or by the cookie given
 * for that. Without one, whoever asks for a loopback name: a page of another site that had its own name resolved to
 * this machine (DNS rebinding) still sends that name in `Host`.
 */
export class Access {
  readonly #token: string | undefined;
  readonly #host: string;
  readonly #cookieName: string;
  readonly #cookie: string;

  /** @param port - cookies are shared by all ports of a host, so it is part of the cookie's name. */
  constructor(host: string, port: number, token: string | undefined) {
    this.#token = token;
    this.#host = host;
    this.#cookieName = `uno_cache_${port}`;
    // Not the token itself, which a browser would keep on disk; and the same after a restart.
    this.#cookie = createHmac('sha256', token ?? '')
      .update('uno-cache dashboard')
      .digest('base64url');
  }

  judge({ headers }: IncomingMessage, url: URL): Verdict {
    const token = this.#token;
    if (token === undefined) return this.#isOurHost(headers.host) ? 'granted' : 'foreign-host';
    const bearer = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (bearer !== undefined && isSame(bearer, token)) return 'granted';
    const brought = url.searchParams.get('token');
    if (brought !== null && isSame(brought, token)) return 'sign-in';
    return isSame(this.#cookieOf(headers.cookie), this.#cookie) ? 'granted' : 'no-token';
  }

  /** The value of `Set-Cookie` for a browser that brought the token. */
  cookie(): string {
    return `${this.#cookieName}=${this.#cookie}; Path=/; HttpOnly; SameSite=Strict`;
  }

  #isOurHost(header: string | undefined): boolean {
    const name = /^(\[[\da-f:.]+\]|[^:]*)(:\d+)?$/i.exec(header ?? '')?.[1]?.toLowerCase();
    return name !== undefined && (isLoopback(name) || name === this.#host.toLowerCase());
  }

  #cookieOf(header = ''): string {
    const prefix = `${this.#cookieName}=`;
    const cookies = header.split(';').map((cookie) => cookie.trim());
    return cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length) ?? '';
  }
}

/** In a time that tells nothing of either: digests are of one length. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
