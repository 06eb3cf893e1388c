export type { FileBusOptions } from './bus/file-bus.ts';
export { fileBus } from './bus/file-bus.ts';
export type { ThreadBusOptions } from './bus/thread-bus.ts';
export { threadBus } from './bus/thread-bus.ts';
export type { Durability } from './durability.ts';
export type { FileOptions } from './file.ts';
export { file } from './file.ts';
export type { LimitOptions } from './space/limits.ts';
