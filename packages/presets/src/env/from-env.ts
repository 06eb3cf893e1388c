import type { CacheOptions } from '@uno-cache/core';
import { mismatch, show } from '@uno-cache/core/adapter';
import { developmentRecipe } from '../development-defaults.ts';
import { preset } from '../preset.ts';
import type { PresetOptions } from '../preset-options.ts';
import { productionRecipe } from '../production-defaults.ts';
import type { Setting } from '../provenance.ts';
import type { Recipe } from '../recipe.ts';
import { serverlessRecipe } from '../serverless-defaults.ts';
import type { Voice } from '../settle.ts';
import { testRecipe } from '../test-defaults.ts';
import { isLoopback } from './loopback.ts';
import type { Values } from './read-variables.ts';
import { readVariables } from './read-variables.ts';
import type { Environment } from './variable.ts';
import type { PresetName } from './variables.ts';
import { NEEDS, VARIABLES } from './variables.ts';

const RECIPES: Readonly<Record<PresetName, () => Recipe>> = {
  development: developmentRecipe,
  production: productionRecipe,
  test: testRecipe,
  serverless: serverlessRecipe,
};

/**
 * The preset that `UNO_CACHE_PRESET` names, with what the other `UNO_CACHE_*` variables say put over it. Without that
 * variable it is `production` or `test` where `NODE_ENV` says so, else `development`.
 *
 * @param env - Only what begins with `UNO_CACHE_`, and `NODE_ENV`, is looked at. @defaultValue `process.env`
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { fromEnv } from '@uno-cache/presets';
 *
 * await using cache = createCache(fromEnv({ UNO_CACHE_PRESET: 'serverless', UNO_CACHE_TTL: '5m' }));
 * console.log(await cache.getOrSet('city:1', () => 'Oslo'));
 * ```
 * @throws TypeError with all that is wrong: each variable with its value and what is allowed; unknown ones with the
 * nearest known name. Passwords are not in it.
 */
export function fromEnv(env: Environment = process.env): CacheOptions<never> {
  if (typeof env !== 'object' || env === null) throw new TypeError(mismatch('env', 'an object of variables', env));
  const { values, problems } = readVariables(env);
  const { name, reason } = chosenPreset(values, env);
  const recipe = RECIPES[name]();
  const isNamed = (variable: string): boolean => env[variable] !== undefined && values.get(variable) !== false;
  const all = [...problems, ...lacking(values, recipe, isNamed)];
  if (all.length > 0) throw new TypeError(['fromEnv(): the environment says what cannot be', ...all].join('\n- '));
  const heading: Setting = { path: 'preset', value: name, origin: 'environment', reason };
  return preset<never>({ ...recipe, owner: 'fromEnv()' }, optionsOf(values), ENVIRONMENT, [heading]);
}

const VARIABLE_OF = new Map(Object.entries(VARIABLES).map(([name, { path }]) => [path, name]));

const ENVIRONMENT: Voice = {
  origin: 'environment',
  reasonFor: (path) => VARIABLE_OF.get(path) ?? VARIABLE_OF.get(`${path}.url`) ?? '',
};

function chosenPreset(values: Values, env: Environment): { readonly name: PresetName; readonly reason: string } {
  const named = values.get('UNO_CACHE_PRESET') as PresetName | undefined;
  if (named !== undefined) return { name: named, reason: 'UNO_CACHE_PRESET' };
  const mode = env.NODE_ENV;
  if (mode === 'production' || mode === 'test') return { name: mode, reason: `NODE_ENV is ${mode}` };
  return { name: 'development', reason: 'NODE_ENV is neither production nor test' };
}

const SHARED = ['UNO_CACHE_REDIS_URL', 'UNO_CACHE_FILE_DIRECTORY'];

/**
 * Variables that are missing beside others.
 *
 * @param isNamed - also with a value that is wrong, which has been told already; but not `off`.
 */
function lacking(
  values: Values,
  { needsSharedTier }: Recipe,
  isNamed: (variable: string) => boolean,
): readonly string[] {
  const lonely = [...values.keys()].filter((name) => NEEDS[name] !== undefined && !isNamed(NEEDS[name]));
  const problems = lonely.map((name) => `${name} says nothing without ${NEEDS[name]}`);
  const host = values.get('UNO_CACHE_MONITORING_HOST');
  if (typeof host === 'string' && !isLoopback(host) && !isNamed('UNO_CACHE_MONITORING_TOKEN')) {
    problems.push(`UNO_CACHE_MONITORING_TOKEN is missing: ${show(host)} can be reached from elsewhere`);
  }
  const isShared = values.get('UNO_CACHE_REDIS_URL') === false || SHARED.some(isNamed);
  if (!needsSharedTier || isShared) return problems;
  return [...problems, 'UNO_CACHE_REDIS_URL is missing: production needs the URL of a server, or off for one process'];
}

/** `redis.commandTimeout` is an option within `redis`; a server that is `off` is none. */
function optionsOf(values: Values): PresetOptions<never> {
  const options: Record<string, unknown> = {};
  for (const [name, value] of values) {
    const [owner = '', option] = VARIABLES[name]!.path.split('.');
    if (owner === 'preset') continue;
    options[owner] =
      option === undefined || value === false ? value : { ...(options[owner] as object), [option]: value };
  }
  return options as PresetOptions<never>;
}
