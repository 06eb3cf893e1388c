import { show } from '@uno-cache/core/adapter';

/** A value in a table: texts as they are, what has a name or an id by that, everything else as messages show it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(shown).join(', ');
  if (typeof value === 'object' && value !== null) {
    const { name, id } = value as { readonly name?: unknown; readonly id?: unknown };
    if (typeof name === 'string') return name;
    if (typeof id === 'string') return id;
  }
  return show(value);
}
