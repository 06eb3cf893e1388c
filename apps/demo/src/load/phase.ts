import type { EditLog } from './edit-log.ts';
import type { HttpClient } from './http-client.ts';
import type { Kind, Question } from './question.ts';
import { KINDS } from './question.ts';
import { shownCities } from './shown-cities.ts';

export interface PhaseOptions {
  readonly cached: boolean;
  /** It ends after so many requests, or after so much time if that comes first. */
  readonly requests: number;
  readonly seconds: number;
  /** So many callers ask at once; each asks again as soon as it has its answer. */
  readonly callers: number;
}

/** Hears, before each question, how much of the phase is over: 0 to 1. */
export type OnProgress = (share: number) => void;

export interface PhaseResult {
  readonly seconds: number;
  /** Milliseconds of every request, by what was asked. */
  readonly latencies: Readonly<Record<Kind, readonly number[]>>;
  /** Answers that were checked against the edits confirmed before they were asked for. */
  readonly checked: number;
  /** What was wrong, a line each. */
  readonly failures: readonly string[];
}

/** Asks the service what `next` says, and checks every answer. */
export async function runPhase(
  client: HttpClient,
  next: () => Question,
  edits: EditLog,
  { cached, requests, seconds, callers }: PhaseOptions,
  onProgress: OnProgress,
): Promise<PhaseResult> {
  const latencies = Object.fromEntries(KINDS.map((kind) => [kind, []])) as unknown as Record<Kind, number[]>;
  const failures: string[] = [];
  const started = performance.now();
  let asked = 0;
  let checked = 0;

  const check = (kind: Kind, path: string, body: string, askedAt: number): void => {
    checked++;
    const stale = shownCities(kind, body).filter((city) => edits.isStale(city, askedAt));
    for (const { id } of stale) failures.push(`${path} shows city ${id} as it was before an edit`);
  };

  const read = async (kind: Kind, path: string, status: number): Promise<void> => {
    asked++;
    const askedAt = performance.now();
    const answer = await client.get(path, { cached });
    latencies[kind].push(answer.milliseconds);
    if (answer.status !== status) failures.push(`${path} answered ${answer.status}: ${answer.body}`);
    else if (status === 200) check(kind, path, answer.body, askedAt);
  };

  /** Edits a city, and reads it again as the editor would. */
  const edit = async (id: number): Promise<void> => {
    const population = edits.begin(id);
    if (population === undefined) return;
    asked++;
    const path = `/cities/${id}`;
    const answer = await client.patch(path, { population });
    latencies.edit.push(answer.milliseconds);
    edits.confirm(id, population, performance.now());
    if (answer.status !== 200) failures.push(`PATCH ${path} answered ${answer.status}: ${answer.body}`);
    await read('city', path, 200);
  };

  const over = (): number => Math.max(asked / requests, (performance.now() - started) / 1000 / seconds);

  const caller = async (): Promise<void> => {
    for (let share = over(); share < 1; share = over()) {
      onProgress(share);
      const question = next();
      await (question.kind === 'edit' ? edit(question.id) : read(question.kind, question.path, question.status));
    }
  };

  await Promise.all(Array.from({ length: callers }, caller));
  return { seconds: (performance.now() - started) / 1000, latencies, checked, failures };
}
