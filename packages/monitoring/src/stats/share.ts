/** A share of what there was; 0 when there was nothing. */
export function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
