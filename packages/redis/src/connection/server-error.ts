import { CacheError } from '@uno-cache/core';

/** What servers say in their first word, in words that tell what to do. */
const MEANINGS: Readonly<Record<string, string>> = {
  ASK: 'the slot is moving and the other node was not reached',
  BUSY: 'the server runs a script that takes too long; SCRIPT KILL ends it',
  CLUSTERDOWN: 'the cluster does not serve this slot: a master is down, or slots are not assigned',
  LOADING: 'the server is still loading its data',
  MASTERDOWN: 'the replica has lost its master',
  MISCONF: 'the server refuses writes because it cannot save its data',
  MOVED: 'the slot moved faster than it could be followed',
  NOAUTH: 'the server wants a password; none was given',
  NOPERM: 'the user may not use this command or key; see ACL',
  NOREPLICAS: 'the server refuses writes for want of replicas',
  OOM: 'the server is out of memory and may not evict; see maxmemory and maxmemory-policy',
  READONLY: 'writes went to a replica; a failover may be under way',
  TRYAGAIN: 'the slot is moving',
  UNKILLABLE: 'the server runs a script that has written and cannot be ended',
  WRONGPASS: 'user or password are not right',
};

/** The code that a server's error begins with, such as `OOM`; `''` when it has none. */
export function serverCode(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // What a cluster's client gives up with says what it was told last.
  return /(?:^-?|\bLast error: (?:\w+: )?)([A-Z]+)\b/.exec(message)?.[1] ?? '';
}

/** The error as callers see it: with its meaning, and the server's own as its cause. */
export function explained(error: unknown): CacheError {
  if (CacheError.is(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const meaning = MEANINGS[serverCode(error)];
  return new CacheError('TIER_FAILED', meaning === undefined ? `Redis: ${message}` : `Redis: ${meaning} (${message})`, {
    cause: error,
  });
}

/**
 * Out of memory says something of the value at hand, and not of the tier, which goes on reading and invalidating. What was
 * there the scripts have taken away.
 */
export function refused(error: unknown): unknown {
  const { cause } = error as CacheError;
  if (cause === undefined || serverCode(cause) !== 'OOM') return error;
  return new CacheError('VALUE_TOO_LARGE', (error as CacheError).message, { cause });
}
