/** The name, or what tells it apart from those that have it already: tiers of different regions may be named alike. */
export function distinct(name: string, where: string, taken: readonly string[]): string {
  const candidates = [name, `${name}@${where}`];
  return candidates.find((label) => !taken.includes(label)) ?? `${name}@${where}-${taken.length}`;
}
