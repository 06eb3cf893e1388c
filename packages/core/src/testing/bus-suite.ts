import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import { busGroups } from './bus-suite/groups.ts';
import { busStage } from './bus-suite/stage.ts';
import type { TestRunner } from './suite.ts';
import { register } from './suite.ts';

export interface BusContext {
  /** The clock that links are joined with. */
  readonly clock: Clock;
  /** Of this case alone, and the same for every `create` of the case: a fit name for a directory or a channel. */
  readonly namespace: string;
}

export interface BusSuiteOptions {
  /**
   * A new bus. Called again within a case, with the same context, it gives the bus as another process has it: what is
   * published on the one is heard on the other.
   */
  create(context: BusContext): Bus | Promise<Bus>;
  /** `manual`: a manual clock is moved. `real`: the machine's, and the cases wait for it. Default `real`. */
  readonly time?: 'manual' | 'real';
  /** How long a message may take, in milliseconds. Default 5,000. */
  readonly deliveryMs?: number;
  /**
   * Cuts the bus off and restores it, so that messages between may have been lost, while `meanwhile` runs. Left out,
   * gaps are not tested.
   */
  interrupt?(bus: Bus, meanwhile: () => Promise<void>): Promise<void>;
  /** Cleans up after a case, when its buses have been closed. */
  cleanUp?(context: BusContext): void | Promise<void>;
}

/**
 * The contract of `Bus`, as tests.
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import type { LocalBus } from '@uno-cache/core/testing';
 * import { busSuite, localBus } from '@uno-cache/core/testing';
 *
 * const buses = new WeakMap<object, LocalBus>();
 * busSuite({ describe, it }, {
 *   create: (context) => {
 *     const bus = buses.get(context)?.fork() ?? localBus();
 *     buses.set(context, bus);
 *     return bus;
 *   },
 * });
 * ```
 */
export function busSuite(runner: TestRunner, options: BusSuiteOptions): void {
  register(runner, busGroups, busStage(options));
}
