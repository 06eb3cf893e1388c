import assert from 'node:assert/strict';
import type { TierTest } from './tier-test.ts';

/** Reasons for which a case does not apply. A member that is there although the tier does not claim it fails. */

export function unlessLeases({ tier, keys }: TierTest): string | undefined {
  if (tier.can.leases) return undefined;
  assert.equal(keys.leases, undefined, 'the tier says it cannot lease, and its keyspace has leases');
  return 'the tier does not lease';
}

export function unlessLists({ tier, keys }: TierTest): string | undefined {
  if (tier.can.lists) return undefined;
  assert.equal(keys.keys, undefined, 'the tier says it cannot list, and its keyspace has keys()');
  return 'the tier does not list its keys';
}

export function unlessBytes({ tier, keys }: TierTest): string | undefined {
  if (tier.can.bytes) return undefined;
  assert.equal(keys.serializer, undefined, 'the tier says it keeps no bytes, and its keyspace has a serializer');
  return 'the tier keeps values, not bytes';
}

export function unlessWaits(test: TierTest): string | undefined {
  return unlessLeases(test) ?? (test.leases.wait === undefined ? 'the tier does not wake its waiters' : undefined);
}

export function unlessSizes({ keys }: TierTest): string | undefined {
  return keys.size === undefined ? 'the tier does not tell its size' : undefined;
}

export function unlessShared({ tier }: TierTest): string | undefined {
  return tier.can.shared ? undefined : 'the tier belongs to one process';
}

export function unlessPersistent({ tier }: TierTest): string | undefined {
  return tier.can.persistent ? undefined : 'the tier ends with its process';
}

export function unlessSync({ tier }: TierTest): string | undefined {
  return tier.sync === undefined ? 'the tier has no sync view' : undefined;
}

export function unlessAnnounces({ tier }: TierTest): string | undefined {
  if (!tier.can.announces) return 'the tier leaves announcing to the cache';
  assert.ok(tier.bus, 'the tier says it announces, and has no bus');
  return undefined;
}
