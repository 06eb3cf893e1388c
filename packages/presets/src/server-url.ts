const SERVER = /^rediss?:$/;

/**
 * @returns the URL of a Redis server, or the path of its socket.
 * @throws TypeError in which no password is repeated.
 */
export function checkServerUrl(url: string, option: string): string {
  if (url.startsWith('/')) return url;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && SERVER.test(parsed.protocol) && parsed.hostname !== '') return url;
  throw new TypeError(
    `${option} must be redis://host:port, rediss://host:port or the path of a socket; got ${shownUrl(url)}`,
  );
}

/**
 * The address of a server without what may be a secret: user, password and parameters. What is no address is not shown
 * at all, since nobody knows which part of it is the password.
 */
export function shownUrl(url: string): string {
  if (url.startsWith('/')) return url.replace(/\?.*/s, '?***');
  if (!URL.canParse(url)) return 'a text that is no URL';
  const { protocol, host, pathname, username, password, search } = new URL(url);
  if (host === '') return `a URL of ${protocol} without a host`;
  const user = username === '' && password === '' ? '' : '***@';
  return `${protocol}//${user}${host}${pathname}${search === '' ? '' : '?***'}`;
}
