import type { Tier } from '@uno-cache/core';
import { mismatch } from '@uno-cache/core/adapter';
import { memory } from '@uno-cache/memory';
import { optionalPackage } from './optional-package.ts';
import type { PresetOptions } from './preset-options.ts';
import type { Setting } from './provenance.ts';
import type { Advices, Recipe } from './recipe.ts';
import { checkServerUrl } from './server-url.ts';
import type { Options, Voice } from './settle.ts';
import { isObject, settle } from './settle.ts';
import { shown } from './shown.ts';

/** The tiers that a preset can make, nearest first. */
export const TIER_OPTIONS = ['memory', 'file', 'redis'] as const;
type TierOption = (typeof TIER_OPTIONS)[number];

export interface Tiers {
  readonly tiers: readonly Tier[];
  readonly settings: readonly Setting[];
}

/** @throws TypeError when the tiers refuse their options, or the package of one is not installed. */
export function makeTiers(recipe: Recipe, given: PresetOptions, voice: Voice): Tiers {
  if (given.tiers !== undefined) return givenTiers(recipe, given, voice);
  const { owner } = recipe;
  const made = [
    memoryTier(recipe.memory, given.memory, { owner, voice }),
    fileTier(recipe.file, given.file, { owner, voice }),
    redisTier(recipe.redis, given.redis, { owner, voice }),
  ].filter((each) => each !== undefined);
  if (made.length === 0 && given.regions === undefined) {
    throw new TypeError(mismatch(`${owner}: memory`, 'options or a tier where there is no other one', given.memory));
  }
  return { tiers: made.flatMap(({ tiers }) => tiers), settings: made.flatMap(({ settings }) => settings) };
}

function givenTiers({ owner }: Recipe, given: PresetOptions, voice: Voice): Tiers {
  const beside = TIER_OPTIONS.find((name) => given[name] !== undefined);
  if (beside !== undefined) throw new TypeError(`${owner}: tiers stand in the place of ${beside}; give one of the two`);
  return { tiers: given.tiers!, settings: [{ path: 'tiers', value: shown(given.tiers), ...spoken('tiers', voice) }] };
}

interface Making {
  readonly owner: string;
  readonly voice: Voice;
}

function memoryTier(advices: Advices, given: PresetOptions['memory'] = {}, making: Making): Tiers | undefined {
  const { owner, voice } = making;
  if (given === false) return undefined;
  if (isTier(given)) return standing('memory', given, voice);
  if (!isObject(given)) throw new TypeError(mismatch(`${owner}: memory`, 'options, a tier, or false', given));
  // Bytes are nobody's: the tier refuses to isolate what it serializes.
  const { isolation, ...rest } = advices;
  const fitting = given.serializer === undefined ? advices : rest;
  const { values, settings } = settle('memory.', fitting, given as Options, voice);
  return { tiers: [memory(values)], settings };
}

function fileTier(advices: Advices, given: PresetOptions['file'], { owner, voice }: Making): Tiers | undefined {
  if (given === undefined || given === false) return undefined;
  if (isTier(given)) return standing('file', given, voice);
  const options = optionsOf(given, 'directory', 'the path of a directory', `${owner}: file`);
  const { file } = optionalPackage<typeof import('@uno-cache/file')>('@uno-cache/file', 'file', owner);
  const { values, settings } = settle('file.', advices, options, voice);
  return { tiers: [file(values as never)], settings };
}

function redisTier(advices: Advices, given: PresetOptions['redis'], { owner, voice }: Making): Tiers | undefined {
  if (given === undefined || given === false) return undefined;
  if (isTier(given)) return standing('redis', given, voice);
  const options = optionsOf(given, 'url', 'the URL of a server', `${owner}: redis`);
  checkServerUrl(options.url as string, `${owner}: redis.url`);
  const { redis } = optionalPackage<typeof import('@uno-cache/redis')>('@uno-cache/redis', 'redis', owner);
  const { values, settings } = settle('redis.', advices, options, voice);
  return { tiers: [redis(values)], settings };
}

/** A text stands for the one option that a tier cannot do without. */
function optionsOf(given: unknown, main: string, what: string, option: string): Options {
  const options = typeof given === 'string' ? { [main]: given } : given;
  if (!isObject(options)) {
    throw new TypeError(mismatch(option, `${what}, options, a tier, or false`, given));
  }
  if (typeof options[main] === 'string') return options;
  throw new TypeError(mismatch(`${option}.${main}`, what, options[main]));
}

function standing(path: TierOption, tier: Tier, voice: Voice): Tiers {
  return { tiers: [tier], settings: [{ path, value: `tier "${tier.name}"`, ...spoken(path, voice) }] };
}

function spoken(path: string, { origin, reasonFor }: Voice): Pick<Setting, 'origin' | 'reason'> {
  return { origin, reason: reasonFor(path) };
}

function isTier(value: unknown): value is Tier {
  return typeof (value as Partial<Tier> | null | undefined)?.open === 'function';
}
