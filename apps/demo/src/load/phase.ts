import { setTimeout } from 'node:timers/promises';
import type { EditLog } from './edit-log.ts';
import { EditWatch } from './edit-watch.ts';
import type { HttpClient } from './http-client.ts';
import type { Kind, Question } from './question.ts';
import { KINDS } from './question.ts';
import { StalenessCheck } from './staleness-check.ts';

export interface PhaseOptions {
  readonly cached: boolean;
  /** It ends after so many requests, or after so much time if that comes first. */
  readonly requests: number;
  readonly seconds: number;
  /** So many callers ask at once; each asks again when it has its answer. */
  readonly callers: number;
  /** How long a caller waits before it asks again. @defaultValue 0 */
  readonly pauseMs?: number;
  /** For so many milliseconds after an edit was answered by one process another may show what was before. */
  readonly allowedMs: number;
}

/** What goes on outside while the phase runs. */
export interface PhaseControl {
  /** Hears, before each question, how much of the phase is over: 0 to 1. */
  onProgress(share: number): void;
  /** Whether it has to go on, although it could end. */
  isHeld(): boolean;
}

export interface PhaseResult {
  readonly seconds: number;
  /** Milliseconds of every request, by what was asked. */
  readonly latencies: Readonly<Record<Kind, readonly number[]>>;
  /** Requests that had to be made again, because the process that was asked was not there. */
  readonly repeated: number;
  /** Answers that were checked against the edits confirmed before they were asked for. */
  readonly checked: number;
  /** For how many milliseconds each answer that was out of date, as it may be, had been so. */
  readonly overdue: readonly number[];
  /** After how many milliseconds another process had shown each edit that was watched. */
  readonly seenAfter: readonly number[];
  /** What was wrong, a line each. */
  readonly failures: readonly string[];
}

/** Asks the service what `next` says, and checks every answer. */
export async function runPhase(
  client: HttpClient,
  next: () => Question,
  edits: EditLog,
  { cached, requests, seconds, callers, pauseMs = 0, allowedMs }: PhaseOptions,
  control: PhaseControl,
): Promise<PhaseResult> {
  const latencies = Object.fromEntries(KINDS.map((kind) => [kind, []])) as unknown as Record<Kind, number[]>;
  const check = new StalenessCheck(edits, allowedMs);
  const watch = new EditWatch(client, check);
  const repeatedBefore = client.repeated;
  const started = performance.now();
  let asked = 0;

  const read = async (kind: Kind, path: string, status: number, process?: number): Promise<void> => {
    asked++;
    const askedAt = performance.now();
    const answer = await client.get(path, { cached, ...(process !== undefined && { process }) });
    latencies[kind].push(answer.milliseconds);
    if (answer.status !== status) check.failures.push(`${path} answered ${answer.status}: ${answer.body}`);
    else if (status === 200) check.look(kind, path, answer, askedAt);
  };

  /** Edits a city, and reads it again as the editor would. */
  const edit = async (id: number): Promise<void> => {
    const population = edits.begin(id);
    if (population === undefined) return;
    asked++;
    const path = `/cities/${id}`;
    const isWatched = cached && watch.isFree;
    if (isWatched) await watch.prepare(path);
    const { status, body, process, milliseconds } = await client.patch(path, { population });
    const edited = { population, process, at: performance.now() };
    latencies.edit.push(milliseconds);
    edits.confirm(id, edited);
    if (status !== 200) check.failures.push(`PATCH ${path} answered ${status}: ${body}`);
    else if (isWatched) watch.follow({ ...edited, path });
    await read('city', path, 200, process);
  };

  const over = (): number => Math.max(asked / requests, (performance.now() - started) / 1000 / seconds);

  const caller = async (): Promise<void> => {
    for (let share = over(); share < 1 || control.isHeld(); share = over()) {
      control.onProgress(Math.min(1, share));
      const question = next();
      await (question.kind === 'edit' ? edit(question.id) : read(question.kind, question.path, question.status));
      if (pauseMs > 0) await setTimeout(pauseMs);
    }
  };

  await Promise.all(Array.from({ length: callers }, caller));
  const took = (performance.now() - started) / 1000;
  await watch.done();
  const { checked, overdue, failures } = check;
  const repeated = client.repeated - repeatedBefore;
  return { seconds: took, latencies, repeated, checked, overdue, seenAfter: watch.seenAfter, failures };
}
