import type { Bus, Tier } from '@uno-cache/core';
import type { Durability, FileOptions } from '@uno-cache/file';
import { file, fileBus } from '@uno-cache/file';

const durability: Durability = 'power';
const options: FileOptions = { directory: '/tmp/cache', maxBytes: '64mb', ttl: '1d', durability };

export const tier: Tier = file(options);
export const bus: Bus = fileBus({ directory: '/tmp/cache' });

// @ts-expect-error a directory is needed
file({});
// @ts-expect-error no such level
file({ directory: '/tmp/cache', durability: 'always' });
