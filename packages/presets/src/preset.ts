import type { CacheOptions } from '@uno-cache/core';
import { CACHE_OPTION_NAMES, checkOptions, DEFAULTS_NAMES, mismatch } from '@uno-cache/core/adapter';
import { makeMonitor } from './monitor.ts';
import type { PresetOptions } from './preset-options.ts';
import type { Setting } from './provenance.ts';
import { Provenance } from './provenance.ts';
import type { Recipe } from './recipe.ts';
import type { Options, Voice } from './settle.ts';
import { settle } from './settle.ts';
import { makeTiers, TIER_OPTIONS } from './tiers.ts';

/** Options of the cache that a preset takes as they are. */
const CACHE_OPTIONS = [...CACHE_OPTION_NAMES, ...DEFAULTS_NAMES].filter((name) => name !== 'tiers');

const CALLER: Voice = { origin: 'override', reasonFor: () => '' };

/**
 * The options that a recipe and what is put over it come to.
 *
 * @param voice - who puts it over; else the caller of the preset.
 * @param heading - what an explanation begins with.
 * @throws TypeError for an unknown option, and for what the tiers refuse.
 */
export function preset<R extends string>(
  recipe: Recipe,
  given: PresetOptions<R>,
  voice: Voice = CALLER,
  heading: readonly Setting[] = [],
): CacheOptions<R> {
  checkOptions(recipe.owner, given, [...CACHE_OPTIONS, 'tiers', ...TIER_OPTIONS, 'monitoring']);
  checkSharedTier(recipe, given);
  const { tiers, settings } = makeTiers(recipe, given, voice);
  const monitor = makeMonitor(recipe.owner, given.monitoring, voice);
  const own = settle('', recipe.cache, pick(given, CACHE_OPTIONS), voice);
  const extensions = [...(given.extensions ?? []), ...monitor.extensions];
  const made = { ...own.values, tiers, ...(extensions.length > 0 && { extensions }) } as CacheOptions<R>;
  return Provenance.attach(made, [...heading, ...own.settings, ...settings, ...monitor.settings]);
}

function checkSharedTier({ owner, needsSharedTier }: Recipe, { redis, file, tiers }: PresetOptions): void {
  if (!needsSharedTier || redis !== undefined || file !== undefined || tiers !== undefined) return;
  throw new TypeError(
    `${owner}: ${mismatch('redis', 'the URL of a server, options, a tier, or false for a service of one process', redis)}`,
  );
}

function pick(from: object, names: readonly string[]): Options {
  return Object.fromEntries(names.map((name) => [name, (from as Options)[name]]));
}
