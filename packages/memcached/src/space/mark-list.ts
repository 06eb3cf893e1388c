import { compileGlob } from '@uno-cache/core/adapter';
import type { Item } from '../servers/response-reader.ts';

/** Marks that are kept: an older entry counts as invalidated. */
const MAX_MARKS = 256;
const MAX_CHARACTERS = 64 * 1024;

interface Mark {
  readonly number: number;
  readonly pattern: string;
  matches: ((key: string) => boolean) | undefined;
}

/** Patterns that were invalidated in one region on one server, numbered in their order, the last ones of them. */
export class MarkList {
  readonly generation: string;
  readonly #marks: readonly Mark[];

  constructor(generation: string, marks: readonly Mark[] = []) {
    this.generation = generation;
    this.#marks = marks;
  }

  /** The list in an item; `undefined` when there is none of this generation. */
  static decode(item: Item | undefined, generation: string): MarkList | undefined {
    try {
      const [of, ...marks] = JSON.parse(item?.value.toString('utf8') ?? '') as [string, ...[number, string][]];
      if (of !== generation) return undefined;
      return new MarkList(
        generation,
        marks.map(([number, pattern]) => ({ number, pattern, matches: undefined })),
      );
    } catch {
      return undefined;
    }
  }

  encode(): Buffer {
    return Buffer.from(
      JSON.stringify([this.generation, ...this.#marks.map(({ number, pattern }) => [number, pattern])]),
    );
  }

  /** The number of the last mark; 0 without any. */
  get last(): number {
    return this.#marks.at(-1)?.number ?? 0;
  }

  /** The list with one more mark, and without the oldest where it would grow too long. */
  with(number: number, pattern: string): MarkList {
    const marks = [...this.#marks, { number, pattern, matches: undefined }];
    let size = marks.reduce((sum, mark) => sum + mark.pattern.length, 0);
    while (marks.length > 1 && (marks.length > MAX_MARKS || size > MAX_CHARACTERS)) {
      size -= marks.shift()!.pattern.length;
    }
    return new MarkList(this.generation, marks);
  }

  /** Whether a mark after the one of this number concerns the key, or might have: it is not in the list any more. */
  covers(key: string, after: number): boolean {
    const [oldest] = this.#marks;
    if (oldest === undefined || oldest.number > after + 1) return true;
    return this.#marks.some((mark) => {
      if (mark.number <= after) return false;
      mark.matches ??= compileGlob(mark.pattern);
      return mark.matches(key);
    });
  }
}
