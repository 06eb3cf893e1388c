import type { MessagePort } from 'node:worker_threads';
import type { Keyspace, Scope, Serializer, Tier, TierHost } from '@uno-cache/core';
import { CacheError, systemClock } from '@uno-cache/core';
import { redis } from '../redis-tier.ts';
import { sentError } from './sent-error.ts';
import type { SentValue, SyncAnswer, SyncRequest, SyncScope, WorkerSettings } from './sync-request.ts';

/** Answers for one tier of the other thread, by a tier of this one. Ends with its port. */
export class SyncServer {
  readonly #tier: Tier;
  readonly #port: MessagePort;
  readonly #signal: Int32Array;
  readonly #spaces = new Map<string, Keyspace>();
  #reports: SyncAnswer['reports'][number][] = [];

  constructor({ options, port, signal }: WorkerSettings) {
    this.#tier = redis(options);
    this.#port = port;
    this.#signal = signal;
    port.on('message', (request: SyncRequest) => void this.#serve(request));
    port.on('close', () => void this.#tier.close());
  }

  async #serve(request: SyncRequest): Promise<void> {
    const { id } = request;
    let answer: Omit<SyncAnswer, 'reports'>;
    try {
      answer = { id, value: await this.#inTime(this.#run(request), request.timeoutMs) };
    } catch (error) {
      answer = { id, error: sentError(error) };
    }
    this.#port.postMessage({ ...answer, reports: this.#reports });
    this.#reports = [];
    Atomics.store(this.#signal, 0, 1);
    Atomics.notify(this.#signal, 0);
  }

  async #run({ scope, method, args }: SyncRequest): Promise<unknown> {
    const space = this.#spaceOf(scope);
    const [owner, name] = method.includes('.') ? method.split('.') : [undefined, method];
    const target = (owner === undefined ? space : Reflect.get(space, owner)) as object;
    const answer: unknown = await Reflect.apply(Reflect.get(target, name!), target, args);
    return name === 'keys' ? collected(answer as AsyncIterable<string>) : answer;
  }

  #spaceOf(scope: SyncScope): Keyspace {
    const id = JSON.stringify(scope);
    let space = this.#spaces.get(id);
    if (space === undefined) {
      const { namespace, region } = scope;
      const whole: Scope = { namespace, region, serializer: payloads(scope) };
      space = this.#tier.open(whole, this.#hostOf(scope));
      this.#spaces.set(id, space);
    }
    return space;
  }

  #hostOf({ sender, announce }: SyncScope): TierHost {
    return {
      clock: systemClock,
      sender,
      announce,
      report: (report) => {
        if (report.kind !== 'error') return;
        const { error, key, operation } = report;
        const about = { ...(key === undefined ? {} : { key }), ...(operation === undefined ? {} : { operation }) };
        this.#reports.push({ error: sentError(error), ...about });
      },
    };
  }

  async #inTime<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(new CacheError('TIMEOUT', `Redis did not answer within ${timeoutMs} ms.`));
      // Gives up the connection if that is silent.
      Promise.resolve(this.#tier.ping()).catch(() => {});
    }, timeoutMs);
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function collected(items: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = [];
  for await (const item of items) list.push(item);
  return list;
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
