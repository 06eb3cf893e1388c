import { nearest, show } from '@uno-cache/core/adapter';

/** The refusal of an event, an entity or a node that nobody has named, with the nearest that somebody has. */
export function unknownName(kind: 'event' | 'entity' | 'node', name: unknown, known: Iterable<string>): TypeError {
  const names = [...known];
  const near = typeof name === 'string' ? nearest(name, names) : undefined;
  const hint = near === undefined ? '' : ` (did you mean ${JSON.stringify(near)}?)`;
  const list = names.map((each) => JSON.stringify(each)).join(', ');
  return new TypeError(`unknown ${kind} ${show(name)}${hint}; known are ${list}`);
}
