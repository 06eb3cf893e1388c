import type { Origin, Setting } from './provenance.ts';
import type { Advices } from './recipe.ts';
import { shownUrl } from './server-url.ts';
import { shown } from './shown.ts';

/** Options by name. */
export type Options = Readonly<Record<string, unknown>>;

/** Who says what is put over a preset, and what an explanation says of it. */
export interface Voice {
  readonly origin: Exclude<Origin, 'preset'>;
  reasonFor(path: string): string;
}

export interface Settled {
  readonly values: Options;
  readonly settings: readonly Setting[];
}

/** How values are shown that may hold a secret. */
const SECRETS: Readonly<Record<string, (value: unknown) => string>> = {
  'redis.url': (url) => shownUrl(String(url)),
  'monitoring.token': () => '***',
};

/** Advice with what was given over it, option by option. */
export function settle(prefix: string, advices: Advices, given: Options, voice: Voice): Settled {
  const names = new Set([...Object.keys(advices), ...Object.keys(given)]);
  const values: Record<string, unknown> = {};
  const settings: Setting[] = [];
  for (const name of names) {
    const path = prefix + name;
    const advice = advices[name];
    const isGiven = given[name] !== undefined;
    if (!isGiven && advice === undefined) continue;
    const value = isGiven ? given[name] : advice?.value;
    values[name] = value;
    const source = isGiven
      ? { origin: voice.origin, reason: replacing(voice.reasonFor(path), advice?.value) }
      : { origin: 'preset' as const, reason: advice?.reason ?? '' };
    settings.push({ path, value: (SECRETS[path] ?? shown)(value), ...source });
  }
  return { values, settings };
}

function replacing(reason: string, replaced: unknown): string {
  const instead = replaced === undefined ? '' : `instead of ${shown(replaced)}`;
  return [reason, instead].filter((text) => text !== '').join(', ');
}

export function isObject(value: unknown): value is Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
