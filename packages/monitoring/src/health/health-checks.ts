import type { Observation, ObservedBus, ObservedTier } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { ComponentState, worse } from './component-state.ts';
import type { HealthLimits, ProbeOutcome } from './finding.ts';
import { findingOfBus, findingOfTier, lagOf } from './finding.ts';
import type { BusHealth, ComponentHealth, Health, HealthStatus, ProbeAnswer, TierHealth } from './health.ts';

/** A probe that has not been answered by then has failed, whatever deadline its tier has. */
const PROBE_TIMEOUT_MS = 2_000;
const OK: ProbeAnswer = Object.freeze({ ok: true, reason: undefined });

export interface HealthOptions extends HealthLimits {
  readonly recoverAfterMs: number;
  /** Whether a component that is down makes the process not ready. */
  readonly isStrict: boolean;
}

/** Probes what a cache consists of, and remembers how it was. */
export class HealthChecks {
  readonly #observation: Observation;
  readonly #options: HealthOptions;
  readonly #states = new Map<string, ComponentState>();
  readonly #errorsSeen = new Map<string, number>();
  readonly #roundTrips = new Map<string, number>();
  #running: Promise<Health> | undefined;
  #isClosed = false;

  constructor(observation: Observation, options: HealthOptions) {
    this.#observation = observation;
    this.#options = options;
    for (const { label, errors } of observation.tiers()) {
      this.#errorsSeen.set(label, errors);
      this.#state(label);
    }
    for (const [name] of this.#named(observation.buses())) this.#state(name);
  }

  /** Probes everything at the same time; those who ask meanwhile get the same answer. */
  check(): Promise<Health> {
    if (this.#isClosed) return Promise.resolve(this.health);
    this.#running ??= this.#check().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Names of the components that are buses. */
  get buses(): readonly string[] {
    return this.#named(this.#observation.buses()).map(([name]) => name);
  }

  /** As it was when last looked at. */
  get health(): Health {
    const { cache, clock, tiers, buses } = this.#observation;
    const entries = [
      ...tiers().map((tier): [string, ComponentHealth] => [tier.label, this.#tierHealth(tier)]),
      ...this.#named(buses()).map(([name, bus]): [string, ComponentHealth] => [name, this.#busHealth(name, bus)]),
    ];
    const status = entries.reduce<HealthStatus>((worst, [, each]) => worse(worst, each.status), 'up');
    const firstDown = entries.find(([, { ok }]) => !ok);
    return {
      cache,
      at: clock.now(),
      overall: status !== 'down' && !this.#isClosed,
      status: this.#isClosed ? 'down' : status,
      components: Object.fromEntries(entries),
      liveness: this.#isClosed ? this.#closed : OK,
      readiness: this.#readiness(firstDown),
    };
  }

  close(): void {
    this.#isClosed = true;
  }

  async #check(): Promise<Health> {
    const { tiers, buses, clock } = this.#observation;
    const probing = tiers().map(async ({ label }) => {
      const outcome = await this.#probe(label, () => this.#tier(label)?.probe());
      // As it is after the probe: that may have taken a while.
      const tier = this.#tier(label);
      if (tier === undefined) return;
      const newErrors = tier.errors - (this.#errorsSeen.get(label) ?? 0);
      this.#errorsSeen.set(label, tier.errors);
      this.#state(label).note(findingOfTier(tier, outcome, newErrors, this.#options), clock.now());
    });
    const listening = this.#named(buses()).map(async ([name, { label }]) => {
      const outcome = await this.#probe(name, () => this.#bus(label)?.probe());
      const bus = this.#bus(label);
      if (bus !== undefined) this.#state(name).note(findingOfBus(bus, outcome, clock, this.#options), clock.now());
    });
    await Promise.all([...probing, ...listening]);
    return this.health;
  }

  async #probe(name: string, probe: () => Promise<number> | undefined): Promise<ProbeOutcome> {
    const late = Promise.withResolvers<never>();
    const timer = this.#observation.clock.setTimer(
      () => late.reject(new CacheError('TIMEOUT', `No answer to a probe within ${PROBE_TIMEOUT_MS} ms.`)),
      PROBE_TIMEOUT_MS,
      true,
    );
    try {
      const roundTripMs = (await Promise.race([probe(), late.promise])) ?? 0;
      this.#roundTrips.set(name, roundTripMs);
      return { roundTripMs };
    } catch (error) {
      this.#roundTrips.delete(name);
      return { error };
    } finally {
      timer.cancel();
    }
  }

  #tierHealth({ label, undelivered }: ObservedTier): TierHealth {
    return { kind: 'tier', ...this.#component(label), undelivered };
  }

  #busHealth(name: string, bus: ObservedBus): BusHealth {
    const { gaps, unsent } = bus;
    return { kind: 'bus', ...this.#component(name), lagMs: lagOf(bus, this.#observation.clock), gaps, unsent };
  }

  #component(name: string): Pick<ComponentHealth, 'ok' | 'status' | 'reason' | 'since' | 'roundTripMs'> {
    const { status, reason, since } = this.#state(name);
    return { ok: status !== 'down', status, reason, since, roundTripMs: this.#roundTrips.get(name) };
  }

  #readiness(firstDown: readonly [string, ComponentHealth] | undefined): ProbeAnswer {
    if (this.#isClosed) return this.#closed;
    if (!this.#options.isStrict || firstDown === undefined) return OK;
    const [name, { reason }] = firstDown;
    return { ok: false, reason: `${name} is down. ${reason ?? ''}`.trim() };
  }

  get #closed(): ProbeAnswer {
    return { ok: false, reason: `Cache "${this.#observation.cache}" or its monitor has been closed.` };
  }

  #state(name: string): ComponentState {
    let state = this.#states.get(name);
    if (state === undefined) {
      state = new ComponentState(this.#observation.clock.now(), this.#options.recoverAfterMs);
      this.#states.set(name, state);
    }
    return state;
  }

  #tier(label: string): ObservedTier | undefined {
    return this.#observation.tiers().find((tier) => tier.label === label);
  }

  #bus(label: string): ObservedBus | undefined {
    return this.#observation.buses().find((bus) => bus.label === label);
  }

  /** A bus by itself is `bus`, unless a tier has that name. */
  #named(buses: readonly ObservedBus[]): [string, ObservedBus][] {
    const isAlone = buses.length === 1 && this.#tier('bus') === undefined;
    return buses.map((bus) => [isAlone ? 'bus' : `bus:${bus.label}`, bus]);
  }
}
