const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether no surrogate stands alone, so that UTF-8 can hold the text. */
export function isWellFormed(text: string): boolean {
  return typeof text.isWellFormed === 'function' ? text.isWellFormed() : !LONE_SURROGATE.test(text);
}
