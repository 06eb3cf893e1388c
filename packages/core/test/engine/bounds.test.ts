import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { Deadlines, LATE } from '../../src/engine/deadlines.ts';
import { Flights } from '../../src/engine/flights.ts';
import { Load } from '../../src/engine/load.ts';
import { LoadRun } from '../../src/engine/load-run.ts';
import { TagBook } from '../../src/engine/tag-book.ts';
import { BUILT_IN } from '../../src/options/entry-options.ts';
import { manualClock } from '../../src/testing/index.ts';
import { stage, tierOf } from './stage.ts';

describe('what is under way', () => {
  const load = (key: string): Load => new Load(key, BUILT_IN, new LoadRun(false), 0);

  it('is bounded: a load too many answers and stores nothing', () => {
    const flights = new Flights();
    for (let index = 0; index < 50_000; index++) flights.begin(`k${index}`, load(`k${index}`));
    const extra = load('extra');
    flights.begin('extra', extra);
    assert.equal(extra.overtaken, true);
    assert.equal(flights.load('extra'), undefined);
    const again = load('k0');
    flights.begin('k0', again);
    assert.equal(flights.load('k0'), again);
  });

  it('leaves nothing behind', () => {
    const flights = new Flights();
    const [one, two] = [load('k'), load('k')];
    flights.begin('k', one);
    const read = flights.reads.enter('k');
    const set = flights.sets.enter('k');
    flights.overtake('k');
    flights.begin('k', two);
    const late = flights.reads.enter('k');
    assert.deepEqual([one.overtaken, read.overtaken, set.overtaken], [true, true, true]);
    assert.deepEqual([two.overtaken, late.overtaken], [false, false]);
    flights.reads.leave('k', read);
    assert.equal(flights.has('k'), true);
    flights.reads.leave('k', late);
    flights.sets.leave('k', set);
    flights.end('k', one);
    assert.equal(flights.load('k'), two);
    flights.end('k', two);
    assert.equal(flights.has('k'), false);
    assert.deepEqual(flights.running(), []);
  });

  it('a load that is put aside for another stores nothing', () => {
    const flights = new Flights();
    const stopped = load('k');
    flights.begin('k', stopped);
    stopped.run.stop(new Error('aborted'));
    flights.begin('k', load('k'));
    assert.equal(stopped.overtaken, true);
  });
});

describe('the tag book', () => {
  it('is bounded, and takes for renewed what it has forgotten', () => {
    const book = new TagBook();
    book.renewed([['first', 'v1']], 1);
    const since = book.renewals;
    assert.equal(book.isRenewedSince('first', since - 1), true);
    assert.equal(book.isRenewedSince('first', since), false);
    book.renewed([['second', 'v1']], 2);
    for (let index = 0; index < 10_000; index++) book.learned(`t${index}`, 'v', book.asking(3));
    assert.equal(book.peek('first'), undefined);
    assert.equal(book.isRenewedSince('first', since), true, 'it may be the one that was forgotten');
    assert.equal(book.isRenewedSince('first', book.renewals), false);
  });

  it('does not let a read bring back what it began before the renewal', () => {
    const book = new TagBook();
    const before = book.asking(10);
    book.renewed([['t', 'new']], 10);
    book.learned('t', 'old', before);
    assert.equal(book.peek('t'), 'new');
    assert.equal(book.contradicts([['t', 'old']]), true);
    assert.equal(book.contradicts([['unknown', 'v']]), false);
    const [first, second] = [book.asking(11), book.asking(11)];
    book.learned('t', 'newer', second);
    book.learned('t', 'new', first);
    assert.equal(book.trusted('t', 11), 'newer');
    assert.equal(book.trusted('t', 12), undefined);
  });

  it('does not take the version of what it heard for the one in force', () => {
    const book = new TagBook();
    book.learned('t', 'v2', book.asking(1));
    book.heard([['t', 'v2']]);
    assert.equal(book.trusted('t', 1), 'v2');
    const asked = book.asking(2);
    book.heard([['t', 'v1']]);
    book.learned('t', 'v2', asked);
    assert.equal(book.trusted('t', -Infinity), undefined);
    assert.equal(book.peek('t'), undefined);
    book.learned('t', 'v2', book.asking(2));
    assert.equal(book.trusted('t', 2), 'v2');
  });

  it('takes no answer to what was asked before it forgot everything', () => {
    const book = new TagBook();
    const asked = book.asking(1);
    book.clear();
    book.learned('t', 'old', asked);
    assert.equal(book.peek('t'), undefined);
  });

  it('keeps knowing a renewal after a read has confirmed it', () => {
    const book = new TagBook();
    const since = book.renewals;
    book.renewed([['t', 'v']], 1);
    book.learned('t', 'v', book.asking(2));
    assert.equal(book.isRenewedSince('t', since), true);
    book.clear();
    assert.equal(book.isRenewedSince('t', since), true);
  });
});

describe('deadlines', () => {
  it('need one timer for many promises, and none when all have settled', async () => {
    const clock = manualClock();
    const deadlines = new Deadlines(clock, 100);
    const pending = Array.from({ length: 5_000 }, () => Promise.withResolvers<number>());
    const watched = pending.map(({ promise }) => deadlines.watch(promise));
    assert.equal(clock.pending, 1);
    await clock.advanceAsync(50);
    const late = deadlines.watch(new Promise<number>(() => {}));
    pending.slice(1).forEach(({ resolve }, index) => {
      resolve(index);
    });
    await clock.advanceAsync(50);
    assert.equal(await watched[0], LATE);
    assert.equal(await watched[1], 0);
    pending[0]?.reject(new Error('nobody hears of it'));
    await clock.advanceAsync(50);
    assert.equal(await late, LATE);
    assert.equal(clock.pending, 0);
  });

  it('run out after a step back of the clock, for who waits already and for who comes then', async () => {
    const clock = manualClock();
    const deadlines = new Deadlines(clock, 100);
    const before = deadlines.watch(new Promise(() => {}));
    clock.step(-3_600_000);
    const after = deadlines.watch(new Promise(() => {}));
    await clock.advanceAsync(100);
    assert.equal(await before, LATE);
    await clock.advanceAsync(100);
    assert.equal(await after, LATE);
    assert.equal(clock.pending, 0);
  });

  it('run out once the clock has stepped back by less than their length', async () => {
    const clock = manualClock();
    const deadlines = new Deadlines(clock, 100);
    const watched = deadlines.watch(new Promise(() => {}));
    clock.step(-60);
    await clock.advanceAsync(160);
    assert.equal(await watched, LATE);
  });

  it('leave answers that are here already some time to be read, when the process stood still', async () => {
    const clock = manualClock();
    const deadlines = new Deadlines(clock, 100);
    const arrived = Promise.withResolvers<string>();
    const [here, missing] = [deadlines.watch(arrived.promise), deadlines.watch(new Promise(() => {}))];
    clock.step(1_000);
    await clock.advanceAsync(100);
    arrived.resolve('read late');
    assert.equal(await here, 'read late');
    await clock.advanceAsync(10);
    assert.equal(await missing, LATE);
  });

  it('of the background keep their timer, and are as punctual', async () => {
    const clock = manualClock();
    const deadlines = new Deadlines(clock, 100, true);
    assert.equal(await deadlines.watch(Promise.resolve(1)), 1);
    assert.deepEqual(clock.timers(), [{ delayMs: 100, background: true }]);
    await clock.advanceAsync(60);
    const watched = deadlines.watch(new Promise(() => {}));
    await clock.advanceAsync(99);
    const soon = await Promise.race([watched, Promise.resolve('waits')]);
    assert.equal(soon, 'waits');
    await clock.advanceAsync(1);
    assert.equal(await watched, LATE);
    assert.equal(clock.pending, 0);
  });

  it('let everything go when they are closed', async () => {
    const clock = manualClock();
    const deadlines = new Deadlines(clock, 100);
    const watched = deadlines.watch(new Promise(() => {}));
    deadlines.close();
    assert.equal(await watched, LATE);
    assert.equal(clock.pending, 0);
  });
});

describe('after close', () => {
  it.each(['get', 'leases.acquire', 'versions.ensure', 'leases.fill', 'set', 'delete'] as const)(
    'nothing goes on that %s kept waiting',
    async (operation) => {
      const { one, clock, close } = stage(['own-async', 'shared']);
      tierOf(one, 'far').hang(operation);
      const calls = [
        one.cache.getOrSet('a', () => 1, { tags: ['t'] }),
        one.cache.set('b', 1),
        one.cache.delete('c'),
        one.cache.getOrSetMany(['d', 'e'], () => ({ d: 1 })),
        one.cache.get('f'),
      ].map((call) => call.catch(() => {}));
      await clock.flush();
      await close();
      assert.equal(clock.pending, 0);
      await Promise.all(calls);
      assert.equal(clock.pending, 0);
    },
  );
});
