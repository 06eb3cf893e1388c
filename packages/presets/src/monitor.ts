import type { CacheExtension } from '@uno-cache/core';
import { mismatch } from '@uno-cache/core/adapter';
import { optionalPackage } from './optional-package.ts';
import type { PresetOptions } from './preset-options.ts';
import type { Setting } from './provenance.ts';
import type { Voice } from './settle.ts';
import { isObject, settle } from './settle.ts';

interface Monitoring {
  readonly extensions: readonly CacheExtension[];
  readonly settings: readonly Setting[];
}

/** @throws TypeError when the monitor refuses its options, or its package is not installed. */
export function makeMonitor(owner: string, given: PresetOptions['monitoring'], voice: Voice): Monitoring {
  if (given === undefined || given === false) return { extensions: [], settings: [] };
  if (!isObject(given))
    throw new TypeError(mismatch(`${owner}: monitoring`, 'options as { port: 9090 }, or false', given));
  const { monitoring } = optionalPackage<typeof import('@uno-cache/monitoring')>(
    '@uno-cache/monitoring',
    'monitoring',
    owner,
  );
  const { values, settings } = settle('monitoring.', {}, given, voice);
  return { extensions: [monitoring(values)], settings };
}
