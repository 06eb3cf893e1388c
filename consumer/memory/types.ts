import * as memory from '@uno-cache/memory';

export const names: readonly string[] = Object.keys(memory);
