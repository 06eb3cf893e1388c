import type { Scene, Tagging } from './scene.ts';

/** Something that makes every load of the key which began before worthless. */
export interface Invalidation {
  readonly name: string;
  readonly tagging?: Tagging;
  /** The other process does it. */
  readonly remote?: boolean;
  /** It puts a value in place. */
  readonly sets?: boolean;
  run(scene: Scene): Promise<unknown>;
}

export const INVALIDATIONS: readonly Invalidation[] = [
  { name: 'delete', run: ({ one, key }) => one.delete(key) },
  { name: 'deleteMany', run: ({ one, key }) => one.deleteMany([key, 'k:9']) },
  { name: 'expire', run: ({ one, key }) => one.expire(key) },
  { name: 'set', sets: true, run: ({ one, key, value }) => one.set(key, value()) },
  { name: 'setMany', sets: true, run: ({ one, key, value }) => one.setMany({ [key]: value(), 'k:9': 9 }) },
  { name: 'invalidatePattern', run: ({ one }) => one.invalidatePattern('k:*') },
  { name: 'clear', run: ({ one }) => one.clear() },
  { name: 'invalidateTags (options)', tagging: 'options', run: ({ one }) => one.invalidateTags(['t']) },
  { name: 'invalidateTags (factory)', tagging: 'factory', run: ({ one }) => one.invalidateTags(['t']) },
  { name: 'delete elsewhere', remote: true, run: ({ two, key }) => two.delete(key) },
  { name: 'expire elsewhere', remote: true, run: ({ two, key }) => two.expire(key) },
  { name: 'set elsewhere', remote: true, sets: true, run: ({ two, key, value }) => two.set(key, value()) },
  { name: 'setMany elsewhere', remote: true, sets: true, run: ({ two, key, value }) => two.setMany([[key, value()]]) },
  { name: 'invalidatePattern elsewhere', remote: true, run: ({ two }) => two.invalidatePattern('k:*') },
  { name: 'clear elsewhere', remote: true, run: ({ two }) => two.clear() },
  {
    name: 'invalidateTags elsewhere (options)',
    tagging: 'options',
    remote: true,
    run: ({ two }) => two.invalidateTags(['t']),
  },
  {
    name: 'invalidateTags elsewhere (factory)',
    tagging: 'factory',
    remote: true,
    run: ({ two }) => two.invalidateTags(['t']),
  },
];
