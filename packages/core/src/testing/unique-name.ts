let names = 0;

/** A name that no other case has, also of a run before this one on the same server. */
export function uniqueName(): string {
  names++;
  return `suite-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}-${names}`;
}
