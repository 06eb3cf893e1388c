import type { Clock } from '../../ports/clock.ts';
import { systemClock } from '../../system-clock.ts';
import { manualClock } from '../manual-clock.ts';
import type { Stage } from '../suite.ts';
import type { TierContext, TierSuiteOptions } from '../tier-suite.ts';
import { TierTest } from './tier-test.ts';

let cases = 0;

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
  return { clock, namespace: newNamespace(clock), wait, pendingTimers: () => clock.pending };
}

function realTime(): TierContext {
  const clock = systemClock;
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimer(resolve, ms, false));
  return { clock, namespace: newNamespace(clock), wait, pendingTimers: () => 0 };
}

/** Unlike that of any other case, also of a run before this one on the same server. */
function newNamespace(clock: Clock): string {
  cases++;
  return `suite-${Math.floor(clock.now()).toString(36)}-${Math.random().toString(36).slice(2, 10)}-${cases}`;
}
