import { systemClock } from '../../system-clock.ts';
import { manualClock } from '../manual-clock.ts';
import type { Stage } from '../suite.ts';
import type { TierContext, TierSuiteOptions } from '../tier-suite.ts';
import { uniqueName } from '../unique-name.ts';
import { TierTest } from './tier-test.ts';

/** Begins each case with a new tier, in a namespace of its own. */
export function tierStage(options: TierSuiteOptions, view: 'async' | 'sync'): Stage<TierTest> {
  return {
    begin: async () => {
      const context = options.time === 'real' ? realTime() : manualTime();
      return new TierTest(await options.create(context), options, context, view);
    },
    end: async (test, passed) => {
      await test.end(passed);
      await options.cleanUp?.(test.context);
    },
  };
}

function manualTime(): TierContext {
  const clock = manualClock();
  const wait = (ms: number): Promise<void> => clock.advanceAsync(ms);
  return { clock, namespace: uniqueName(), wait, pendingTimers: () => clock.pending };
}

function realTime(): TierContext {
  const clock = systemClock;
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimer(resolve, ms, false));
  return { clock, namespace: uniqueName(), wait, pendingTimers: () => 0 };
}
