import { seededRandom } from '../zipf.ts';

/** One hot key under load; times in units of Δ, the time that a recomputation takes. */
export interface Scenario {
  /** How eager to refresh early; 0 waits for the end of the ttl. */
  readonly beta: number;
  /** Requests in the time of one recomputation, from clients that know nothing of each other. */
  readonly requestsPerLoad: number;
  /** In units of Δ. */
  readonly ttl: number;
  /** How often the key is recomputed. */
  readonly cycles: number;
}

/** Means over all cycles. */
export interface Stampede {
  /** Recomputations that began before the first of them was done. */
  readonly size: number;
  /** Of these, how many began when the value was over: their callers waited. */
  readonly waited: number;
  /** How long before the end the first began, in units of Δ. */
  readonly gap: number;
}

/**
 * Plays XFetch as in figure 3 of Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede
 * Prevention" (VLDB 2015): each request recomputes if `now - Δ · beta · ln(random) >= expiry`.
 */
export function simulate({ beta, requestsPerLoad, ttl, cycles }: Scenario, seed: number = 1): Stampede {
  const random = seededRandom(seed);
  let size = 0;
  let waited = 0;
  let gap = 0;
  for (let cycle = 0; cycle < cycles; cycle++) {
    let doneAt = Infinity;
    for (let now = 0; now < doneAt; now += -Math.log(1 - random()) / requestsPerLoad) {
      if (now - beta * Math.log(1 - random()) < ttl) continue;
      if (doneAt === Infinity) {
        doneAt = now + 1;
        gap += Math.max(0, ttl - now);
      }
      size++;
      if (now >= ttl) waited++;
    }
  }
  return { size: size / cycles, waited: waited / cycles, gap: gap / cycles };
}

/**
 * What to expect while the first recomputation ends before the ttl does. Recomputations begin as a Poisson process of
 * rate `n · e^(-t / beta)` per Δ, t before the end, n being the requests per load. So the first begins
 * `beta · (ln(n · beta) + 0.577…)` before the end, and `e^(1 / beta)` of them before it is done, however many ask.
 */
export function expected({ beta, requestsPerLoad }: Scenario): Pick<Stampede, 'size' | 'gap'> {
  const EULER = 0.577_215_664_901_532_9;
  if (beta === 0) return { size: requestsPerLoad, gap: 0 };
  return { size: Math.exp(1 / beta), gap: beta * (Math.log(requestsPerLoad * beta) + EULER) };
}
