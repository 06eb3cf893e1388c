import type { MessagePort } from 'node:worker_threads';
import type { CacheErrorCode } from '@uno-cache/core';
import type { RedisOptions } from '../redis-tier.ts';

/** What the worker begins with. */
export interface WorkerSettings {
  readonly options: Omit<RedisOptions, 'client' | 'serializer' | 'sync'>;
  readonly port: MessagePort;
  /** One word: not 0 when there is an answer to fetch. */
  readonly signal: Int32Array;
}

/** Whose keys, and what the worker has to know of the cache. */
export interface SyncScope {
  readonly namespace: string;
  readonly region: string;
  readonly serializerId: string;
  readonly accepts: readonly string[];
  readonly sender: string;
  readonly announce: boolean;
}

/** A call of a keyspace's method, with its path: `leases.fill`. */
export interface SyncRequest {
  readonly id: number;
  readonly scope: SyncScope;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly timeoutMs: number;
}

/** A value on its way between threads: as it is stored, and under which serializer's id. */
export interface SentValue {
  readonly bytes: Uint8Array;
  readonly id: string | undefined;
}

/** An error on its way between threads. */
export interface SentError {
  /** Of the cache's own errors. */
  readonly code: CacheErrorCode | undefined;
  readonly name: string;
  readonly message: string;
  readonly cause?: SentError;
}

export interface SyncAnswer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: SentError;
  readonly reports: readonly { readonly error: SentError; readonly key?: string; readonly operation?: string }[];
}
