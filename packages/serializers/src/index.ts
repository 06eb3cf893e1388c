export type { JsonOptions } from './json.ts';
export { json } from './json.ts';
