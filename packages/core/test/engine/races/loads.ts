import type { Scene } from './scene.ts';

/** A kind of load that an invalidation may meet. */
export interface LoadKind {
  readonly name: string;
  /** How many tiers it needs. */
  readonly levels?: number;
  readonly notTagged?: 'factory';
  /** Whether what stood before may be served within a window after `expire`. */
  readonly hasWindow?: boolean;
  prepare(scene: Scene): Promise<unknown>;
  start(scene: Scene): Promise<unknown>;
}

const REVALIDATED = { ttl: 10, staleWhileRevalidate: 60 };
const SOFT = { ttl: 10, staleIfError: 60, softTimeout: '100ms' } as const;

export const LOADS: readonly LoadKind[] = [
  {
    name: 'getOrSet',
    prepare: async () => {},
    start: ({ one, key, factory, options }) => one.getOrSet(key, factory, options()),
  },
  {
    name: 'a refresh behind a stale value',
    hasWindow: true,
    prepare: (scene) => age(scene, REVALIDATED),
    start: ({ one, key, factory, options }) => one.getOrSet(key, factory, options(REVALIDATED)),
  },
  {
    name: 'an early refresh',
    prepare: async ({ one, key, factory, options, clock }) => {
      await one.getOrSet(key, factory, options({ ttl: 10 }));
      await clock.advanceAsync('9s');
    },
    start: ({ one, key, factory, options }) => one.getOrSet(key, factory, options({ ttl: 10, earlyRefresh: 1000 })),
  },
  {
    name: 'a load after its softTimeout',
    hasWindow: true,
    prepare: (scene) => age(scene, SOFT),
    start: ({ one, key, factory, options }) => one.getOrSet(key, factory, options(SOFT)),
  },
  {
    name: 'a load after its hardTimeout',
    prepare: async () => {},
    start: ({ one, key, factory, options }) => one.getOrSet(key, factory, options({ hardTimeout: '100ms' })),
  },
  {
    name: 'a failing load with staleIfError',
    hasWindow: true,
    prepare: (scene) => age(scene, { ttl: 10, staleIfError: 60 }),
    start: (scene) => {
      scene.failing = true;
      return scene.one.getOrSet(scene.key, scene.factory, scene.options({ ttl: 10, staleIfError: 60 }));
    },
  },
  {
    name: 'getOrSetMany',
    notTagged: 'factory',
    prepare: async () => {},
    start: ({ one, key, loader, options }) => one.getOrSetMany(['k:0', key, 'k:2'], loader, options()),
  },
  {
    name: 'a far read by get',
    levels: 2,
    prepare: setFar,
    start: ({ one, key }) => one.get(key),
  },
  {
    name: 'a far read by getMany',
    levels: 2,
    prepare: setFar,
    start: ({ one, key }) => one.getMany(['k:0', key]),
  },
  {
    name: 'a far read by getOrSet',
    levels: 2,
    prepare: setFar,
    start: ({ one, key, factory, options }) => one.getOrSet(key, factory, options()),
  },
  {
    name: 'a far read by getOrSetMany',
    levels: 2,
    notTagged: 'factory',
    prepare: setFar,
    start: ({ one, key, loader, options }) => one.getOrSetMany(['k:0', key], loader, options()),
  },
  {
    name: 'a far read of a copy by get',
    levels: 3,
    prepare: setMiddle,
    start: ({ one, key }) => one.get(key),
  },
  {
    name: 'a far read of a copy by getOrSet',
    levels: 3,
    prepare: setMiddle,
    start: ({ one, key, factory, options }) => one.getOrSet(key, factory, options()),
  },
  {
    name: 'a hit of a sliding entry',
    prepare: async ({ one, key, factory, options, clock }) => {
      await one.getOrSet(key, factory, options({ ttl: 60, sliding: true }));
      await clock.advanceAsync('30s');
    },
    start: ({ one, key }) => one.get(key),
  },
];

async function age({ one, key, factory, options, clock }: Scene, more: object): Promise<void> {
  await one.getOrSet(key, factory, options(more));
  await clock.advanceAsync('11s');
}

/** The value is where the other process has put it. */
async function setFar({ two, key, factory, options }: Scene): Promise<void> {
  await two.getOrSet(key, factory, options());
}

/** As `setFar`, and the tier in the middle has a copy. */
async function setMiddle(scene: Scene): Promise<void> {
  await setFar(scene);
  await scene.one.get(scene.key);
  await scene.lose(0);
}
