import type { CacheOptions } from '@uno-cache/core';
import { mismatch } from '@uno-cache/core/adapter';
import type { Setting } from './provenance.ts';
import { Provenance } from './provenance.ts';
import { shown } from './shown.ts';

const HEAD = ['option', 'value', 'from', 'reason'] as const;

/**
 * What options say, as a table to be printed: each option with its value, where it comes from (the preset, an override,
 * the environment) and why. Passwords are not in it.
 *
 * @param options - of a preset, also with others put over them: `{ ...productionDefaults(…), ttl: '1m' }`.
 * @example
 * ```ts
 * import { developmentDefaults, explain } from '@uno-cache/presets';
 *
 * console.log(explain(developmentDefaults({ ttl: '5m' })));
 * ```
 */
export function explain(options: CacheOptions): string {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(mismatch('options', 'the options of a cache', options));
  }
  const rows = [HEAD, ...settingsOf(options).map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function settingsOf(options: CacheOptions): readonly Setting[] {
  const provenance = Provenance.of(options);
  const known = provenance?.settingsOf(options) ?? [];
  const replaced = provenance?.replaced(options) ?? (Object.keys(options) as (keyof CacheOptions)[]);
  const later = replaced
    .filter((name) => options[name as keyof CacheOptions] !== undefined)
    .map((name): Setting => {
      const value = shown(options[name as keyof CacheOptions]);
      return { path: name, value, origin: 'override', reason: '' };
    });
  return [...known, ...later];
}

function cells({ path, value, origin, reason }: Setting): readonly string[] {
  return [path, value, origin, reason];
}
