/** One step of the way from the root to the place of a fault. */
interface Step {
  readonly holder: object;
  readonly key: string | number;
}

/** How many objects within each other a serializer writes and reads; more is refused before the stack is used up. */
export const MAX_DEPTH = 1000;

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const MAX_PATH = 200;

/**
 * Why a value cannot be kept, for serializers that walk it. The way to the place is gathered while the error passes
 * through the callers, so that values without a fault pay nothing for it: each object catches it, calls `passes` and
 * throws it on; the outermost throws `located()`.
 */
export class Unserializable extends Error {
  readonly #reason: string;
  /** Deepest first. */
  readonly #steps: Step[] = [];

  /** @param reason - what stands at the place, as it follows "… is": `a function, which cannot be kept`. */
  constructor(reason: string) {
    super(reason);
    this.#reason = reason;
  }

  /** To be called by each holder that the error passes, from the inside out. */
  passes(holder: object, key: string | number): void {
    this.#steps.push({ holder, key });
  }

  /** The error as the caller of the serializer sees it. */
  located(): Error {
    const steps = this.#steps.reverse();
    const seen = new Map<object, number>();
    for (const [index, step] of steps.entries()) {
      const first = seen.get(step.holder);
      if (first !== undefined) {
        return new Error(
          `${path(steps.slice(0, index))} leads back to ${path(steps.slice(0, first))}: a cycle cannot be kept`,
        );
      }
      seen.set(step.holder, index);
    }
    return new Error(`${path(steps)} is ${this.#reason}`);
  }
}

function path(steps: readonly Step[]): string {
  let text = '$';
  for (const { key } of steps) {
    if (typeof key === 'number') text += `[${key}]`;
    else text += IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    if (text.length > MAX_PATH) return `${text.slice(0, MAX_PATH)}…`;
  }
  return text;
}
