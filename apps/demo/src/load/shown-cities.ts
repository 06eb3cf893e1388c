import type { Shown } from './edit-log.ts';
import type { Kind } from './question.ts';

/** The cities that an answer shows, with their populations. Totals show none. */
export function shownCities(kind: Kind, body: string): readonly Shown[] {
  const answer: unknown = JSON.parse(body);
  switch (kind) {
    case 'city':
    case 'edit':
      return [answer as Shown];
    case 'batch':
    case 'search':
    case 'nearest':
      return answer as Shown[];
    case 'country':
      return (answer as { readonly largest: readonly Shown[] }).largest;
    case 'stats':
      return [];
  }
}
