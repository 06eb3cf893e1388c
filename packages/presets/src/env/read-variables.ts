import { nearest, show } from '@uno-cache/core/adapter';
import type { Environment } from './variable.ts';
import { PREFIX, VARIABLES } from './variables.ts';

/** What the variables say, by their names. */
export type Values = ReadonlyMap<string, unknown>;

/** All variables of the cache that there are, and a line for each that is wrong. */
export function readVariables(env: Environment): { readonly values: Values; readonly problems: readonly string[] } {
  const values = new Map<string, unknown>();
  const problems: string[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || !name.startsWith(PREFIX)) continue;
    const variable = Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined;
    // What an unknown one holds may be a secret.
    if (variable === undefined) problems.push(`${show(name)} is no variable of the cache${hint(name)}`);
    else if (text === '') problems.push(`${name} is empty; without a value, leave it out`);
    else attempt(() => values.set(name, variable.read(text, name)), problems);
  }
  return { values, problems };
}

function attempt(read: () => unknown, problems: string[]): void {
  try {
    read();
  } catch (error) {
    problems.push((error as TypeError).message);
  }
}

function hint(name: string): string {
  const near = nearest(name, Object.keys(VARIABLES));
  return near === undefined ? '' : `; did you mean ${near}?`;
}
