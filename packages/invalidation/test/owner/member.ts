/*
 * One process of the kill test: reads a hot key over and over, and says, a line each, whom it takes for the owner and
 * when it loads. Ends with its input.
 *
 *   node member.ts <directory> <name>
 */
import { setTimeout } from 'node:timers/promises';
import { createCache } from '@uno-cache/core';
import { file, fileBus } from '@uno-cache/file';
import { busMembership, hotKeyOwner } from '../../src/index.ts';

const [, , directory = '', self = ''] = process.argv;
const bus = fileBus({ directory });
const cache = createCache({
  name: 'shop',
  tiers: [file({ directory, durability: 'process' })],
  ttl: '200ms',
  staleWhileRevalidate: '1h',
  leaseTtl: '500ms',
});
const membership = busMembership(bus, { group: 'shop', self, heartbeat: '250ms', limit: '2s' });
const hot = hotKeyOwner({ cache, membership });
const say = (what: object): boolean => process.stdout.write(`${JSON.stringify({ self, ...what })}\n`);

let isOver = false;
process.stdin.on('end', () => {
  isOver = true;
});
process.stdin.resume();

let told = '';
while (!isOver) {
  const state = { owner: hot.ownerOf('front page'), members: membership.members() };
  if (JSON.stringify(state) !== told) say(state);
  told = JSON.stringify(state);
  await hot.getOrSet('front page', () => {
    say({ loads: true });
    return self;
  });
  await setTimeout(20);
}
await membership.close();
await cache.close();
await bus.close();
