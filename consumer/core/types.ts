import * as core from '@uno-cache/core';

export const names: readonly string[] = Object.keys(core);
