import type { Script } from '../scripts/script.ts';
import type { Client } from './client-source.ts';
import { serverCode } from './server-error.ts';

/** What a command takes. */
export type Argument = string | Buffer | number;

/**
 * Runs a script, which the server may have to be sent first. Strings come back as buffers and numbers as numbers, whatever
 * the client's own options are.
 */
export async function runScript(
  client: Client,
  { sha, source }: Script,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<unknown> {
  const { evalshaBuffer, evalBuffer } = client as unknown as ScriptCommands;
  let answer: unknown;
  try {
    answer = await evalshaBuffer.call(client, sha, keys.length, keys, args);
  } catch (error) {
    if (serverCode(error) !== 'NOSCRIPT') throw error;
    answer = await evalBuffer.call(client, source, keys.length, keys, args);
  }
  return givesNumbersAsText(client) ? withNumbers(answer) : answer;
}

/**
 * The types of ioredis leave these out. They are commands by name, which `callBuffer` is not to a client that pipelines by
 * itself; lists among the arguments are flattened.
 */
interface ScriptCommands {
  evalshaBuffer(sha: string, count: number, keys: readonly string[], args: readonly Argument[]): Promise<unknown>;
  evalBuffer(source: string, count: number, keys: readonly string[], args: readonly Argument[]): Promise<unknown>;
}

function givesNumbersAsText({ options }: Client): boolean {
  const { stringNumbers, redisOptions } = options as { stringNumbers?: boolean; redisOptions?: typeof options };
  return stringNumbers ?? (redisOptions as { stringNumbers?: boolean } | undefined)?.stringNumbers ?? false;
}

/** What the server has as a string is a buffer here. */
function withNumbers(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(withNumbers);
  return typeof answer === 'string' ? Number(answer) : answer;
}
