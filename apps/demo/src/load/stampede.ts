import type { Answer } from './http-client.ts';
import { HttpClient } from './http-client.ts';

export interface StampedeOptions {
  readonly path: string;
  readonly callers: number;
  readonly cached: boolean;
}

export interface Stampede {
  /** Until the last caller had its answer. */
  readonly milliseconds: number;
  readonly failures: readonly string[];
}

/** Many callers ask the same at the same moment. */
export async function stampede(urls: readonly string[], { path, callers, cached }: StampedeOptions): Promise<Stampede> {
  await using client = new HttpClient(urls, callers);
  const all = (path: string): Promise<readonly Answer[]> =>
    Promise.all(
      Array.from({ length: callers }, (_, index) => client.get(path, { cached, process: index % urls.length })),
    );
  // Every connection is open before the clock starts.
  await all('/');
  const started = performance.now();
  const answers = await all(path);
  const milliseconds = performance.now() - started;
  return { milliseconds, failures: failuresOf(path, answers) };
}

function failuresOf(path: string, answers: readonly Answer[]): readonly string[] {
  const different = new Set(answers.map(({ status, body }) => `${status} ${body}`));
  if (different.size > 1) return [`${answers.length} callers of ${path} got ${different.size} answers`];
  const [answer] = answers;
  return answer && answer.status !== 200 ? [`${path} answered ${answer.status}: ${answer.body}`] : [];
}
