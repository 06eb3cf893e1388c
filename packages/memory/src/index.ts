export type { BoundsOptions } from './bounds.ts';
export type { Isolation, MemoryOptions } from './memory.ts';
export { memory } from './memory.ts';
export type { MemoryCacheOptions, MemoryCacheSetOptions } from './memory-cache.ts';
export { MemoryCache } from './memory-cache.ts';
export type { PolicyName } from './policy/policy.ts';
