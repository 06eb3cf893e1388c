import type { TierUsage } from '@uno-cache/core';
import { bytes, decimal, percent, regionName, whole } from '../wording.ts';
import type { Advice, Analysis, MissRatioCurve, RegionAnalysis } from './analysis.ts';
import { hitRateAt } from './miss-ratio-curve.ts';

/** Fewer samples say nothing. */
const ENOUGH_REUSES = 500;
const ENOUGH_LIVES = 100;
const ENOUGH_LOOKUPS = 1_000;
/** A tier is full from here on. */
const FULL = 0.9;
/** Points of hit rate that are worth twice the room, and that are not worth half of it. */
const WORTH_POINTS = 1;
const NOT_WORTH_POINTS = 0.5;
/** Shares from which on something is said. */
const UNCHANGED = 0.1;
const ONE_HIT = 0.5;
const NEGATIVE = 0.1;
/** Where caching pays, entries that nobody looks up are no matter. */
const LOW_HIT_RATE = 0.5;
/** A value that takes such a share of its tier. */
const LARGE = 0.05;

type Findings = Omit<Analysis, 'cache' | 'advice'>;

/** What could be changed, the weightiest first. */
export function advise(findings: Findings, usages: ReadonlyMap<string, TierUsage>): readonly Advice[] {
  const { missRatioCurves, regions, hitRates } = findings;
  const advice: (Advice | undefined)[] = [];
  // Without lookups there is no hit rate to hold the curve against.
  for (const [tier, curve] of findings.lookups < ENOUGH_LOOKUPS ? [] : Object.entries(missRatioCurves)) {
    advice.push(aboutRoom(tier, curve, usages.get(tier), hitRates[tier] ?? 0));
  }
  const wantsRoom = advice.some((each) => each?.kind === 'raise-max-entries');
  for (const [region, analysis] of Object.entries(regions)) {
    advice.push(aboutTtl(region, analysis), aboutNegatives(region, analysis));
    // In a tier that is too small, entries go before they can be looked up.
    if (!wantsRoom) advice.push(aboutOneHits(region, analysis));
  }
  advice.push(aboutLargeValues(findings, usages));
  return advice.filter((each) => each !== undefined);
}

function aboutRoom(
  tier: string,
  curve: MissRatioCurve,
  usage: TierUsage | undefined,
  hitRate: number,
): Advice | undefined {
  const bound = boundOf(usage);
  if (bound === undefined || curve.samples < ENOUGH_REUSES) return undefined;
  const now = hitRateAt(curve, bound.entries);
  if (now === undefined) return undefined;
  // Where entries end by their time before they are evicted, more room helps less than the curve knows.
  const trust = now > hitRate ? hitRate / now : 1;
  const points = (entries: number): number => 100 * trust * ((hitRateAt(curve, entries) ?? now) - now);
  // A policy that does better than LRU has less left to gain: what comes for the first time is never a hit.
  const most = 100 * ((curve.points.at(-1)?.hitRate ?? 0) - hitRate);
  const gain = Math.min(points(2 * bound.entries), most);
  if (gain >= WORTH_POINTS) {
    const text = `Tier ${tier}: raising ${bound.option} from ${bound.write(1)} to ${bound.write(2)} would add about ${decimal(gain)} points of hit rate.`;
    return { kind: 'raise-max-entries', tier, text };
  }
  const loss = -points(bound.entries / 2);
  if (loss > NOT_WORTH_POINTS) return undefined;
  const text = `Tier ${tier}: lowering ${bound.option} from ${bound.write(1)} to ${bound.write(0.5)} would cost only about ${decimal(Math.max(0, loss))} points of hit rate.`;
  return { kind: 'lower-max-entries', tier, text };
}

interface Bound {
  readonly option: 'maxEntries' | 'maxBytes';
  /** How many entries it amounts to. */
  readonly entries: number;
  /** A multiple of it, in words. */
  readonly write: (times: number) => string;
}

/** What a tier is full by; `undefined` for one that is not. */
function boundOf({ entries = 0, bytes: size = 0, maxEntries, maxBytes }: TierUsage = {}): Bound | undefined {
  if (maxEntries !== undefined && entries >= FULL * maxEntries) {
    return { option: 'maxEntries', entries: maxEntries, write: (times) => whole(maxEntries * times) };
  }
  if (maxBytes !== undefined && size >= FULL * maxBytes && entries > 0) {
    return { option: 'maxBytes', entries, write: (times) => bytes(maxBytes * times) };
  }
  return undefined;
}

function aboutTtl(region: string, { life }: RegionAnalysis): Advice | undefined {
  if (life.loads < ENOUGH_LIVES || life.unchangedLoads < UNCHANGED) return undefined;
  const text = `${percent(life.unchangedLoads)} of loads return the value that had just expired: the TTL of ${regionName(region)} can be longer.`;
  return { kind: 'longer-ttl', region, text };
}

function aboutOneHits(region: string, { life, hitRates }: RegionAnalysis): Advice | undefined {
  if (life.ended < ENOUGH_LIVES || life.oneHitWonders < ONE_HIT || hitRates.overall > LOW_HIT_RATE) return undefined;
  const text = `${percent(life.oneHitWonders)} of the entries of ${regionName(region)} go without having been looked up: caching them costs more than it saves.`;
  return { kind: 'one-hit-wonders', region, text };
}

function aboutNegatives(region: string, { lookups, negativeShare }: RegionAnalysis): Advice | undefined {
  if (lookups < ENOUGH_LOOKUPS || negativeShare < NEGATIVE) return undefined;
  const text = `${percent(negativeShare)} of the lookups in ${regionName(region)} are for what the source does not have: who asks for it?`;
  return { kind: 'negatives', region, text };
}

function aboutLargeValues(
  { largestValues: [largest] }: Findings,
  usages: ReadonlyMap<string, TierUsage>,
): Advice | undefined {
  if (largest === undefined) return undefined;
  const bounded = [...usages].find(([, { maxBytes }]) => maxBytes !== undefined && largest.bytes > LARGE * maxBytes);
  if (bounded === undefined) return undefined;
  const [tier, { maxBytes = 0 }] = bounded;
  const text = `The largest value, of ${regionName(largest.region)}, has ${bytes(largest.bytes)}, which is ${percent(largest.bytes / maxBytes)} of tier ${tier}: maxValueBytes keeps such values out.`;
  return { kind: 'large-values', region: largest.region, tier, text };
}
