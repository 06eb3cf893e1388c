import assert from 'node:assert/strict';

/** Whether two values are alike, prototypes, `-0` and all. */
export function isDeepStrictEqual(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}
