import { CacheError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Observation, ObservedBus, ObservedTier, Observer } from '../ports/observer.ts';
import type { TierUsage } from '../ports/tier.ts';
import type { BusHandle } from './bus-handle.ts';
import type { Engine } from './engine.ts';
import type { TierHandle } from './tier-handle.ts';

/** An observation without the view of the cache, of which the engine knows nothing. */
export type EngineObservation = Omit<Observation, 'root'>;

/** How long a bus may take to answer a probe. */
const BUS_PROBE_TIMEOUT_MS = 1_000;

/** What an observer gets to see of the engine. */
export function observationOf(engine: Engine, observer: Observer, stop: () => void): EngineObservation {
  return {
    cache: engine.name,
    clock: engine.clock,
    regions: engine.regionsOf(engine.root).map(({ name, levels }) => ({
      name,
      tiers: levels.map(({ handle }) => handle.label),
    })),
    tiers: () => engine.handles.map((handle) => observedTier(handle, observer)),
    buses: () => engine.busHandles.map((handle) => observedBus(engine, handle, observer)),
    stop,
  };
}

function observedTier(handle: TierHandle, observer: Observer): ObservedTier {
  return {
    label: handle.label,
    name: handle.name,
    can: handle.tier.can,
    usage: (): MaybePromise<TierUsage> => handle.tier.usage?.() ?? {},
    breaker: handle.isOpen ? 'open' : 'closed',
    changedAt: handle.changedAt,
    lastError: handle.lastError,
    errors: handle.errors,
    undelivered: handle.kept,
    probe: () => timed(observer, () => handle.probe()),
  };
}

function observedBus({ clock }: Engine, handle: BusHandle, observer: Observer): ObservedBus {
  const { bus, currentAsOf, gaps, lastGap, unsent, label } = handle;
  const probe = async (): Promise<void> => {
    const late = Promise.withResolvers<never>();
    const timer = clock.setTimer(
      () =>
        late.reject(new CacheError('BUS_FAILED', `Bus "${label}" did not answer within ${BUS_PROBE_TIMEOUT_MS} ms.`)),
      BUS_PROBE_TIMEOUT_MS,
      true,
    );
    try {
      await Promise.race([(async () => bus.ping())(), late.promise]);
    } catch (cause) {
      if (CacheError.is(cause, 'BUS_FAILED')) throw cause;
      throw new CacheError('BUS_FAILED', `Bus "${label}" failed a probe: ${String(cause)}`, { cause });
    } finally {
      timer.cancel();
    }
  };
  return { label, currentAsOf, gaps, lastGap, unsent, probe: () => timed(observer, probe) };
}

async function timed(observer: Observer, probe: () => Promise<void>): Promise<number> {
  const began = observer.now();
  await probe();
  return observer.now() - began;
}
