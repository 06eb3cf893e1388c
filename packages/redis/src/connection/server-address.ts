import { checkInteger, checkName, checkOptions, mismatch, show } from '@uno-cache/core/adapter';
import type { ClusterNode } from 'ioredis';

const URL_FORM = 'redis://host:port, rediss://host:port or the path of a socket';
const MAX_PORT = 65_535;
/** Internet protocols to look a name up for; 0 for both. */
const FAMILIES: readonly string[] = ['0', '4', '6'];
/**
 * Parameters of a URL that may be given. ioredis takes any of its options there, before those that a tier sets: some would
 * have it read from replicas or hide its keys from patterns.
 */
const PARAMETERS: Readonly<Record<string, (value: string) => boolean>> = {
  connectionName: isText,
  db: isNumber,
  family: (value) => FAMILIES.includes(value),
  password: isText,
  username: isText,
};

/** Where a Sentinel, or a node of a cluster, is. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** @throws TypeError naming what is wrong, without the password. */
export function checkUrl(url: unknown): string {
  if (typeof url !== 'string') throw new TypeError(mismatch('url', 'redis://host:port', url));
  const [place, parameters = ''] = split(url);
  const isSocket = /^\/(?!\/)/.test(place);
  // What looks like parameters may be the rest of a password that was not encoded.
  if (!(isSocket || isServer(place)) || parameters.includes('@'))
    throw new TypeError(mismatch('url', URL_FORM, shown(url)));
  for (const [name, value] of new URLSearchParams(parameters)) checkParameter(name, value);
  return url;
}

/** @throws TypeError naming the option. */
export function checkSentinels(sentinels: unknown): readonly ServerAddress[] {
  if (!Array.isArray(sentinels) || sentinels.length === 0) {
    throw new TypeError(mismatch('sentinel.sentinels', 'a list of { host, port }', sentinels));
  }
  return sentinels.map((each: unknown, index) => checkAddress(each, `sentinel.sentinels[${index}]`));
}

/**
 * Nodes of a cluster, as ioredis takes them: of a host and a port either may be left out.
 *
 * @throws TypeError naming the option.
 */
export function checkNodes(nodes: unknown, option: string): ClusterNode[] {
  if (!Array.isArray(nodes) || nodes.length === 0) {
    throw new TypeError(mismatch(option, 'a list of { host, port }, or { nodes, options }', nodes));
  }
  return nodes.map((each: unknown, index) => checkNode(each, `${option}[${index}]`));
}

function checkNode(node: unknown, option: string): ClusterNode {
  if (typeof node === 'number') return checkPort(node, option);
  if (typeof node === 'string' && isServer(node)) return node;
  if (typeof node === 'string')
    throw new TypeError(mismatch(option, '{ host, port } or redis://host:port', shown(node)));
  checkOptions(option, node, ['host', 'port']);
  const { host, port } = node as Partial<ServerAddress>;
  if (host === undefined && port === undefined) throw new TypeError(mismatch(option, '{ host, port }', node));
  return {
    ...(host === undefined ? {} : { host: checkName(host, `${option}.host`) }),
    ...(port === undefined ? {} : { port: checkPort(port, `${option}.port`) }),
  };
}

function checkAddress(address: unknown, option: string): ServerAddress {
  checkOptions(option, address, ['host', 'port']);
  const { host, port } = address as Partial<ServerAddress>;
  return { host: checkName(host, `${option}.host`), port: checkPort(port, `${option}.port`) };
}

function checkPort(port: unknown, option: string): number {
  return checkInteger(port, option, { min: 1, max: MAX_PORT });
}

/** Behind the address may stand the number of a database. */
function isServer(url: string): boolean {
  // Case matters: ioredis uses TLS for rediss:// alone.
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) return false;
  const { hostname, port, pathname, search, username, password } = new URL(url);
  if (search !== '' || !isDecodable(username + password)) return false;
  return hostname !== '' && port !== '0' && /^(\/\d*)?$/.test(pathname);
}

/** What is before the first `?`, and what is behind it. */
function split(url: string): [place: string, parameters?: string] {
  const end = url.indexOf('?');
  return end < 0 ? [url] : [url.slice(0, end), url.slice(end + 1)];
}

function checkParameter(name: string, value: string): void {
  const isValid = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
  if (isValid === undefined) {
    const known = Object.keys(PARAMETERS).join(', ');
    throw new TypeError(
      `url must have no parameter ${show(name)}: allowed are ${known}; other settings go with a client`,
    );
  }
  if (!isValid(value)) throw new TypeError(`url: the parameter ${show(name)} has a value that it cannot have`);
}

function isText(value: string): boolean {
  return value !== '';
}

function isNumber(value: string): boolean {
  return /^\d+$/.test(value);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** What is before `@`, and what is behind `?`, may be a password: in what is no URL, with slashes in it too. */
function shown(url: string): string {
  return url.replace(/^.*@/s, '***@').replace(/\?.*/s, '?***');
}
