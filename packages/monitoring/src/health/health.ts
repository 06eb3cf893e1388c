/** `degraded`: it works, but not as it should. */
export type HealthStatus = 'up' | 'degraded' | 'down';

interface Component {
  /** `false` when it is down. */
  readonly ok: boolean;
  readonly status: HealthStatus;
  /** Why it is not up, in a sentence. */
  readonly reason: string | undefined;
  /** Since when it has this status, epoch milliseconds. */
  readonly since: number;
  /** Milliseconds of the last probe; `undefined` when it failed or there was none yet. */
  readonly roundTripMs: number | undefined;
}

export interface TierHealth extends Component {
  readonly kind: 'tier';
  /** Invalidations that are kept until the tier takes them. */
  readonly undelivered: number;
}

export interface BusHealth extends Component {
  readonly kind: 'bus';
  /** Milliseconds since everything published had been received; `undefined` while the bus vouches for nothing. */
  readonly lagMs: number | undefined;
  /** How often messages may have been lost. */
  readonly gaps: number;
  /** Messages of this process that the bus has not taken yet. */
  readonly unsent: number;
}

export type ComponentHealth = TierHealth | BusHealth;

/** Whether the process should be restarted (liveness), or be sent work (readiness). */
export interface ProbeAnswer {
  readonly ok: boolean;
  readonly reason: string | undefined;
}

export interface Health {
  /** The cache's name. */
  readonly cache: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** `false` when a component is down. */
  readonly overall: boolean;
  /** The worst of the components. */
  readonly status: HealthStatus;
  /** Tiers by label, and the bus as `bus` (as `bus:label` where there are several, or a tier of that name). */
  readonly components: Readonly<Record<string, ComponentHealth>>;
  /** Not ok only once the cache is closed: a cache that is down is no reason to restart a process. */
  readonly liveness: ProbeAnswer;
  /** Ok unless the option `readiness: 'strict'` is set and a component is down. */
  readonly readiness: ProbeAnswer;
}
