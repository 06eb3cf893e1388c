import { setTimeout } from 'node:timers/promises';
import type { HttpClient } from './http-client.ts';
import type { StalenessCheck } from './staleness-check.ts';

const MOST_AT_ONCE = 4;
const LOOK_EVERY_MS = 5;
const GIVES_UP_MS = 10_000;

/** An edit that one of the processes has answered. */
interface Edit {
  readonly path: string;
  readonly population: number;
  readonly process: number;
  readonly at: number;
}

/** Finds out how long it takes until the processes that did not make an edit show it: asks them until they do. */
export class EditWatch {
  /** From the answer to the editor to the first answer of another process that shows the edit: milliseconds. */
  readonly seenAfter: number[] = [];
  readonly #client: HttpClient;
  readonly #check: StalenessCheck;
  readonly #running = new Set<Promise<void>>();

  constructor(client: HttpClient, check: StalenessCheck) {
    this.#client = client;
    this.#check = check;
  }

  /** Whether there is a process to watch, and not too much to do already. */
  get isFree(): boolean {
    return this.#client.processes > 1 && this.#running.size < MOST_AT_ONCE;
  }

  /** Lets every process have the city in its memory: to see an edit, it has to drop what it has. */
  async prepare(path: string): Promise<void> {
    await Promise.all(this.#processes().map((process) => this.#client.get(path, { cached: true, process })));
  }

  follow(edit: Edit): void {
    for (const process of this.#processes()) {
      if (process === edit.process) continue;
      const running = this.#untilShown(edit, process).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
  }

  async done(): Promise<void> {
    await Promise.all(this.#running);
  }

  #processes(): readonly number[] {
    return Array.from({ length: this.#client.processes }, (_, index) => index);
  }

  async #untilShown({ path, population, at }: Edit, process: number): Promise<void> {
    for (let askedAt = performance.now(); askedAt < at + GIVES_UP_MS; askedAt = performance.now()) {
      const answer = await this.#client.get(path, { cached: true, process });
      // It is away, and another has answered in its place.
      if (answer.process !== process || answer.status !== 200) return;
      this.#check.look('city', path, answer, askedAt);
      if ((JSON.parse(answer.body) as { population: number }).population >= population) {
        this.seenAfter.push(performance.now() - at);
        return;
      }
      await setTimeout(LOOK_EVERY_MS);
    }
  }
}
