import type { HttpClient } from './http-client.ts';
import type { Question } from './question.ts';

export interface Comparison {
  readonly compared: number;
  /** How many of the answers compared came out of the cache. */
  readonly fromCache: number;
  readonly failures: readonly string[];
}

/** Asks the same of the cache and of the database, and compares the answers letter by letter. */
export async function compareAnswers(client: HttpClient, next: () => Question, count: number): Promise<Comparison> {
  const paths = samplePaths(next, count);
  const failures: string[] = [];
  let fromCache = 0;
  for (const path of paths) {
    const answer = await client.get(path, { cached: true });
    const truth = await client.get(path, { cached: false });
    if (answer.from !== '' && !answer.from.includes('miss')) fromCache++;
    if (answer.body !== truth.body) failures.push(`${path} differs: cache ${answer.body}, database ${truth.body}`);
  }
  return { compared: paths.size, fromCache, failures };
}

/** Questions, each once. Totals are left out: the service lets them be some seconds old. */
function samplePaths(next: () => Question, count: number): ReadonlySet<string> {
  const paths = new Set<string>();
  for (let draws = 0; paths.size < count && draws < 20 * count; draws++) {
    const question = next();
    if (question.kind !== 'edit' && question.kind !== 'stats') paths.add(question.path);
  }
  return paths;
}
