import { systemClock } from '../../system-clock.ts';
import type { BusSuiteOptions } from '../bus-suite.ts';
import { manualClock } from '../manual-clock.ts';
import type { Stage } from '../suite.ts';
import { uniqueName } from '../unique-name.ts';
import { BusTest } from './bus-test.ts';

/** Begins each case with a new bus, in a namespace of its own. */
export function busStage(options: BusSuiteOptions): Stage<BusTest> {
  return {
    begin: async () => {
      const manual = options.time === 'manual' ? manualClock() : undefined;
      const context = { clock: manual ?? systemClock, namespace: uniqueName() };
      return new BusTest(await options.create(context), options, context, manual);
    },
    end: async (test, passed) => {
      await test.end(passed);
      await options.cleanUp?.(test.context);
    },
  };
}
