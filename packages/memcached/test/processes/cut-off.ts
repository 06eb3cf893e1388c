/* A process that cannot reach one of the servers, which the others can. It deletes keys when it is told to. */
import { once } from 'node:events';
import { Socket } from 'node:net';
import { createCache } from '@uno-cache/core';
import { memcached } from '../../src/index.ts';

const [servers = '', unreachable = '', ...keys] = process.argv.slice(2);
const { connect } = Socket.prototype;
Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
  const isFor = JSON.stringify(args).includes(unreachable);
  return Reflect.apply(connect, this, isFor ? [1, '127.0.0.1'] : args) as Socket;
};

await using cache = createCache({ namespace: 'cut-off', tiers: [memcached({ servers: servers.split(',') })] });
cache.on('error', () => {});
const deleteAll = async (): Promise<void> => {
  for (const key of keys) await cache.delete(key);
};
await deleteAll();
console.log('gave up');
await once(process.stdin, 'data');
await deleteAll();
console.log('deleted');
await once(process.stdin, 'end');
