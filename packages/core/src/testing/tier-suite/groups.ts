import type { Case, Group } from '../suite.ts';
import { perform } from '../suite.ts';
import type { TierSuiteOptions } from '../tier-suite.ts';
import { announcements } from './announcements.ts';
import { basics } from './basics.ts';
import { batch } from './batch.ts';
import { unlessSync } from './claims.ts';
import { concurrency } from './concurrency.ts';
import { faults } from './faults.ts';
import { fills } from './fills.ts';
import { keys } from './keys.ts';
import { leases } from './leases.ts';
import { lifecycle } from './lifecycle.ts';
import { listing } from './listing.ts';
import { markers } from './markers.ts';
import { negatives } from './negatives.ts';
import { order } from './order.ts';
import { patterns } from './patterns.ts';
import { scopes } from './scopes.ts';
import { serializers } from './serializers.ts';
import { sharing } from './sharing.ts';
import { tierStage } from './stage.ts';
import { syncView } from './sync-view.ts';
import { tagVersions } from './tag-versions.ts';
import type { TierTest } from './tier-test.ts';
import { touchAndExpire } from './touch-and-expire.ts';
import { ttl } from './ttl.ts';
import { values } from './values.ts';

/** What tiers have to keep whichever way they are called. */
const anyView: readonly Group<TierTest>[] = [
  basics,
  batch,
  ttl,
  keys,
  values,
  scopes,
  order,
  touchAndExpire,
  negatives,
  leases,
  fills,
  markers,
  tagVersions,
  patterns,
  listing,
  serializers,
];

/** Every group of the tier suite. The sync view runs each group of `anyView` as one case. */
export function tierGroups(options: TierSuiteOptions): readonly Group<TierTest>[] {
  const throughSync = anyView.map((group) => asOneCase(group, options));
  const sync: Group<TierTest> = { name: syncView.name, cases: [...syncView.cases, ...throughSync] };
  return [...anyView, sync, concurrency, sharing, announcements, faults, lifecycle];
}

function asOneCase({ name, cases }: Group<TierTest>, options: TierSuiteOptions): Case<TierTest> {
  const stage = tierStage(options, 'sync');
  return {
    name: `keeps the contract of "${name}"`,
    unless: unlessSync,
    run: async () => {
      for (const each of cases) {
        try {
          await perform(each, stage);
        } catch (cause) {
          throw new Error(`through the sync view, "${each.name}": ${cause instanceof Error ? cause.message : cause}`, {
            cause,
          });
        }
      }
    },
  };
}
