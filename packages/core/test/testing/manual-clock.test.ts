import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { manualClock } from '../../src/testing/index.ts';

describe('manualClock', () => {
  it('runs what falls due in order, each at its own time', () => {
    const clock = manualClock(1_000);
    const ran: [string, number][] = [];
    const note = (name: string) => () => ran.push([name, clock.now()]);
    clock.setTimer(note('late'), 300, false);
    clock.setTimer(note('early'), 100, true);
    clock.setTimer(note('early, set second'), 100, true);
    clock.setTimer(() => clock.setTimer(note('nested'), 50, false), 200, false);
    clock.advance(260);
    assert.deepEqual(ran, [
      ['early', 1_100],
      ['early, set second', 1_100],
      ['nested', 1_250],
    ]);
    assert.equal(clock.now(), 1_260);
    assert.equal(clock.untilNext, 40);
    assert.deepEqual(clock.timers(), [{ delayMs: 40, background: false }]);
  });

  it('forgets timers that are cancelled', () => {
    const clock = manualClock();
    const timer = clock.setTimer(() => assert.fail('ran'), 10, false);
    assert.equal(clock.pending, 1);
    timer.cancel();
    timer.cancel();
    assert.equal(clock.pending, 0);
    assert.equal(clock.untilNext, undefined);
    clock.advance('1d');
  });

  it('takes durations with units, and refuses what is none', () => {
    const clock = manualClock(0);
    for (const duration of ['250ms', '1s', '1m', '1h', '1d', '1.5s'] as const) clock.advance(duration);
    assert.equal(clock.now(), 250 + 1_000 + 60_000 + 3_600_000 + 86_400_000 + 1_500);
    for (const wrong of ['5' as '5s', 'soon' as '5s', -1, Number.NaN]) {
      assert.throws(() => clock.advance(wrong), TypeError);
    }
  });

  it('lets promises settle between timers when asked to', async () => {
    const clock = manualClock(0);
    const sleep = (ms: number) => new Promise<void>((resolve) => void clock.setTimer(resolve, ms, false));
    const woke: number[] = [];
    const sleeper = (async () => {
      for (const ms of [10, 20, 30]) {
        await sleep(ms);
        woke.push(clock.now());
      }
    })();
    await clock.advanceAsync(59);
    assert.deepEqual(woke, [10, 30]);
    await clock.advanceAsync(1);
    await sleeper;
    assert.equal(clock.now(), 60);
  });

  it('steps like a machine whose time is set: timers stay as far away as they were', () => {
    const clock = manualClock(1_000_000);
    let ran = 0;
    clock.setTimer(() => ran++, 100, false);
    clock.step(-500_000);
    assert.equal(clock.now(), 500_000);
    clock.set(9_000_000);
    assert.equal(clock.now(), 9_000_000);
    clock.advance(99);
    assert.equal(ran, 0);
    clock.advance(1);
    assert.equal(ran, 1);
    assert.equal(clock.now(), 9_000_100);
  });

  it('replays its randomness, and plays what is scripted first', () => {
    const [one, two, other] = [manualClock(0, 7), manualClock(0, 7), manualClock(0, 8)];
    const draw = (clock: typeof one) => Array.from({ length: 1_000 }, () => clock.random());
    const numbers = draw(one);
    assert.deepEqual(draw(two), numbers);
    assert.notDeepEqual(draw(other), numbers);
    assert.ok(numbers.every((number) => number >= 0 && number < 1));
    const mean = numbers.reduce((sum, number) => sum + number) / numbers.length;
    assert.ok(Math.abs(mean - 0.5) < 0.05, `mean ${mean}`);
    one.seed(7);
    one.randoms([0.25, 0.75]);
    assert.deepEqual(draw(one).slice(0, 4), [0.25, 0.75, numbers[0], numbers[1]]);
  });

  it('notices timers that set themselves anew without end', () => {
    const clock = manualClock();
    const again = (): void => void clock.setTimer(again, 0, false);
    again();
    assert.throws(() => clock.advance(1), /loop/);
  });
});
