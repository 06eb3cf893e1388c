/* The thread in which a tier answers while the one that asked sleeps. */
import { workerData } from 'node:worker_threads';
import type { Keyspace, Scope, Serializer, TierHost } from '@uno-cache/core';
import { CacheError, systemClock } from '@uno-cache/core';
import { redis } from '../redis-tier.ts';
import { sentError } from './sent-error.ts';
import type { SentValue, SyncAnswer, SyncRequest, SyncScope, WorkerSettings } from './sync-request.ts';

const { options, port, signal } = workerData as WorkerSettings;
const tier = redis(options);
const spaces = new Map<string, Keyspace>();
let reports: SyncAnswer['reports'][number][] = [];

port.on('message', (request: SyncRequest) => void serve(request));

async function serve(request: SyncRequest): Promise<void> {
  const { id } = request;
  let answer: Omit<SyncAnswer, 'reports'>;
  try {
    answer = { id, value: await inTime(run(request), request.timeoutMs) };
  } catch (error) {
    answer = { id, error: sentError(error) };
  }
  port.postMessage({ ...answer, reports });
  reports = [];
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
}

async function run({ scope, method, args }: SyncRequest): Promise<unknown> {
  const space = spaceOf(scope);
  const [owner, name] = method.includes('.') ? method.split('.') : [undefined, method];
  const target = (owner === undefined ? space : Reflect.get(space, owner)) as object;
  const answer: unknown = await Reflect.apply(Reflect.get(target, name!), target, args);
  return name === 'keys' ? collected(answer as AsyncIterable<string>) : answer;
}

async function collected(items: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = [];
  for await (const item of items) list.push(item);
  return list;
}

function spaceOf(scope: SyncScope): Keyspace {
  const id = JSON.stringify(scope);
  let space = spaces.get(id);
  if (space === undefined) {
    const { namespace, region, sender, announce } = scope;
    const whole: Scope = { namespace, region, serializer: payloads(scope) };
    const host: TierHost = {
      clock: systemClock,
      sender,
      announce,
      report: (report) => {
        if (report.kind !== 'error') return;
        const { error, key, operation } = report;
        const about = { ...(key === undefined ? {} : { key }), ...(operation === undefined ? {} : { operation }) };
        reports.push({ error: sentError(error), ...about });
      },
    };
    space = tier.open(whole, host);
    spaces.set(id, space);
  }
  return space;
}

/** Values stay bytes here: whoever asks makes them into what they were. */
function payloads({ serializerId, accepts }: SyncScope): Serializer {
  return {
    id: serializerId,
    accepts,
    encode: () => {
      throw new TypeError('values are encoded by the thread that has them');
    },
    decode: (bytes, _key, id): SentValue => ({ bytes: new Uint8Array(bytes), id }),
  };
}

async function inTime<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new CacheError('TIMEOUT', `Redis did not answer within ${timeoutMs} ms.`));
    // Gives up the connection if that is silent.
    Promise.resolve(tier.ping()).catch(() => {});
  }, timeoutMs);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
