import { DatabaseSync } from 'node:sqlite';
import { PGlite } from '@electric-sql/pglite';
import { createCache } from '@uno-cache/core';
import { faultyTier, manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventSink, IncomingEvent, PostgresClient, RelayOptions } from '../../src/index.ts';
import { eventBased, invalidator, outbox } from '../../src/index.ts';

/** What was delivered, and what is to go wrong. */
function recorder() {
  const events: IncomingEvent[] = [];
  const failures: (Error | readonly string[])[] = [];
  const sink: EventSink = {
    events: new Set(['saved']),
    handle: async ([event]) => {
      const failure = failures.shift();
      if (failure instanceof Error) throw failure;
      if (failure !== undefined) return { deferred: failure };
      events.push(event!);
      return { deferred: [] };
    },
  };
  const payloads = () => events.map(({ payload }) => (payload as { readonly n: number }).n);
  return { sink, events, failures, payloads };
}

/** The same cases over both databases; `write` is in a transaction that ends as it is told. */
interface Database {
  begin(table: string, options?: { readonly clock?: ReturnType<typeof manualClock> }): Promise<Place>;
}

interface Place {
  transact(ending: 'COMMIT' | 'ROLLBACK', ...numbers: number[]): Promise<void>;
  relay(sink: EventSink, options?: RelayOptions): ReturnType<ReturnType<typeof outbox>['relay']>;
  rows(): Promise<{ readonly payload: string; readonly failure: string | null }[]>;
}

const sqlite: Database = {
  begin: async (table, options = {}) => {
    const db = new DatabaseSync(':memory:');
    const box = outbox(db, { table, ...options });
    box.migrate();
    box.migrate();
    return {
      transact: async (ending, ...numbers) => {
        db.exec('BEGIN');
        for (const n of numbers) box.write('saved', { n });
        db.exec(ending);
      },
      relay: (sink, relayOptions) => box.relay(sink, relayOptions),
      rows: async () => db.prepare(`SELECT payload, failure FROM ${table} ORDER BY id`).all() as never,
    };
  },
};

let pglite: PGlite;
beforeAll(async () => {
  pglite = await PGlite.create();
}, 60_000);
afterAll(() => pglite.close());

const postgres: Database = {
  begin: async (table) => {
    const client: PostgresClient = pglite;
    const box = outbox(client, { table });
    await box.migrate();
    await box.migrate();
    return {
      transact: async (ending, ...numbers) => {
        await pglite.exec('BEGIN');
        for (const n of numbers) await box.write('saved', { n }, client);
        await pglite.exec(ending);
      },
      relay: (sink, options) => box.relay(sink, options),
      rows: async () => (await pglite.query(`SELECT payload, failure FROM ${table} ORDER BY id`)).rows as never,
    };
  },
};

describe.each([
  ['SQLite', sqlite],
  ['PostgreSQL', postgres],
])('outbox() in %s', (_, database) => {
  it('delivers what was committed, in order and once, and nothing that was rolled back', async () => {
    const place = await database.begin('committed');
    const { sink, payloads } = recorder();
    await place.transact('COMMIT', 1, 2);
    await place.transact('ROLLBACK', 3);
    await place.transact('COMMIT', 4);
    await using relay = place.relay(sink, { batchSize: 2 });
    expect(await relay.drain()).toBe(3);
    expect(await relay.drain()).toBe(0);
    expect(payloads()).toEqual([1, 2, 4]);
    expect(await place.rows()).toEqual([]);
  });

  it('keeps what could not be delivered or was not confirmed, and what comes after it, in order', async () => {
    const place = await database.begin('kept');
    const { sink, events, payloads, failures } = recorder();
    await place.transact('COMMIT', 1, 2, 3);
    await using relay = place.relay(sink);
    failures.push(new Error('no route to host'));
    await expect(relay.drain()).rejects.toThrow('no route');
    expect(payloads()).toEqual([]);
    failures.push(['far']); // a tier has not confirmed
    await expect(relay.drain()).rejects.toThrow(/not confirmed by far/);
    expect(await place.rows()).toHaveLength(3);
    events.length = 0;
    expect(await relay.drain()).toBe(3);
    expect(payloads()).toEqual([1, 2, 3]);
  });

  it('tries what comes after an event that is not confirmed, once, and again behind it', async () => {
    const place = await database.begin('held');
    const { sink, events, payloads, failures } = recorder();
    await place.transact('COMMIT', 1, 2, 3, 4, 5);
    await using relay = place.relay(sink, { batchSize: 2 });
    failures.push(['far']);
    await expect(relay.drain()).rejects.toThrow(/not confirmed/);
    expect(payloads()).toEqual([2, 3, 4, 5]);
    await place.transact('COMMIT', 6);
    failures.push(['far'], new TypeError('unknown event "saved"'));
    await expect(relay.drain()).rejects.toThrow(/not confirmed/);
    await place.transact('COMMIT', 7);
    failures.push(['far']);
    await expect(relay.drain()).rejects.toThrow(/not confirmed/);
    expect(payloads()).toEqual([2, 3, 4, 5, 7]);
    events.length = 0;
    expect(await relay.drain()).toBe(6);
    expect(payloads()).toEqual([1, 2, 3, 4, 5, 7]);
    expect((await place.rows()).map(({ failure }) => failure)).toEqual(['unknown event "saved"']);
  });

  it('gives up what can never be delivered, with the reason, and goes on', async () => {
    const place = await database.begin('given_up');
    const { sink, payloads, failures } = recorder();
    const told: unknown[] = [];
    await place.transact('COMMIT', 1, 2);
    failures.push(new TypeError('unknown event "saved"'));
    await using relay = place.relay(sink, { onError: (error, row) => told.push(error, row?.payload) });
    expect(await relay.drain()).toBe(2);
    expect(payloads()).toEqual([2]);
    expect(await place.rows()).toEqual([{ payload: '{"n":1}', failure: 'unknown event "saved"' }]);
    expect(told).toEqual([expect.any(TypeError), '{"n":1}']);
    expect(await relay.drain()).toBe(0);
  });

  it('lets one of several relays deliver at a time', async () => {
    const place = await database.begin('several');
    const { sink, payloads } = recorder();
    await place.transact('COMMIT', ...Array.from({ length: 30 }, (_, n) => n));
    const relays = Array.from({ length: 4 }, () => place.relay(sink, { batchSize: 5 }));
    const counts = await Promise.all(relays.map((relay) => relay.drain()));
    expect(counts.reduce((sum, count) => sum + count)).toBe(30);
    expect(payloads()).toEqual(Array.from({ length: 30 }, (_, n) => n));
    await Promise.all(relays.map((relay) => relay.close()));
  });

  it('waits at close for the event under way, and leaves the rest to others', async () => {
    const place = await database.begin('closing');
    const { sink, payloads } = recorder();
    const held = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const slow: EventSink = {
      ...sink,
      handle: async (events) => {
        reached.resolve();
        await held.promise;
        return sink.handle(events);
      },
    };
    await place.transact('COMMIT', 1, 2);
    const first = place.relay(slow);
    const draining = first.drain();
    await reached.promise;
    const closing = first.close();
    held.resolve();
    await closing;
    expect(await draining).toBe(1);
    await using second = place.relay(sink);
    expect(await second.drain()).toBe(1);
    expect(payloads()).toEqual([1, 2]);
  });
});

describe('a relay that has been started', () => {
  it('looks again and again, at once when it is woken, and later after failures', async () => {
    const clock = manualClock();
    const place = await sqlite.begin('started', { clock });
    const { sink, payloads, failures } = recorder();
    const errors: unknown[] = [];
    const relay = place.relay(sink, { interval: '1s', onError: (error) => errors.push(error) });
    relay.start();
    relay.start();
    await clock.flush();
    await place.transact('COMMIT', 1);
    await clock.advanceAsync('1s');
    expect(payloads()).toEqual([1]);
    await place.transact('COMMIT', 2);
    relay.wake();
    await clock.flush();
    expect(payloads()).toEqual([1, 2]);
    failures.push(new Error('down'), new Error('down'), new Error('down'));
    await place.transact('COMMIT', 3);
    await clock.advanceAsync('1500ms');
    expect(errors).toHaveLength(3);
    await clock.advanceAsync('1s');
    expect(payloads()).toEqual([1, 2, 3]);
    await relay.close();
    expect(clock.pending).toBe(0);
  });

  it('has one timer however often it is woken, and none when it is closed', async () => {
    const clock = manualClock();
    const place = await sqlite.begin('woken', { clock });
    const { sink, payloads } = recorder();
    let held = Promise.withResolvers<void>();
    const slow: EventSink = {
      ...sink,
      handle: async (events) => {
        await held.promise;
        return sink.handle(events);
      },
    };
    const relay = place.relay(slow, { interval: '1s', onError: () => {} });
    relay.start();
    for (let n = 1; n <= 3; n++) {
      await place.transact('COMMIT', n);
      for (let times = 0; times < 100; times++) {
        relay.wake();
        await clock.flush();
      }
      held.resolve();
      await clock.flush();
      expect(payloads()).toHaveLength(n);
      expect(clock.pending).toBe(1);
      held = Promise.withResolvers();
    }
    await relay.close();
    expect(clock.pending).toBe(0);
  });

  it('delivers at once what was committed when it had read for the last time', async () => {
    const clock = manualClock();
    const place = await sqlite.begin('late', { clock });
    const { sink, payloads } = recorder();
    const committing: EventSink = {
      ...sink,
      handle: async (events) => {
        if (payloads().length < 3) {
          await place.transact('COMMIT', payloads().length + 1);
          relay.wake();
        }
        return sink.handle(events);
      },
    };
    const relay = place.relay(committing, { interval: '1s' });
    relay.start();
    await place.transact('COMMIT', 0);
    await clock.flush();
    expect(payloads()).toEqual([0, 1, 2, 3]);
    await relay.close();
  });

  it('delivers what was committed before drain() was called, also while another drain is under way', async () => {
    const place = await sqlite.begin('joined');
    const { sink, payloads } = recorder();
    const joined: Promise<number>[] = [];
    const committing: EventSink = {
      ...sink,
      handle: async (events) => {
        if (joined.length === 0) {
          await place.transact('COMMIT', 2);
          joined.push(relay.drain(), relay.drain());
        }
        return sink.handle(events);
      },
    };
    await using relay = place.relay(committing);
    await place.transact('COMMIT', 1);
    expect(await relay.drain()).toBe(1);
    expect(await Promise.all(joined)).toEqual([1, 1]);
    expect(payloads()).toEqual([1, 2]);
  });

  it('takes over from one that died when its lease is over', async () => {
    const clock = manualClock();
    const place = await sqlite.begin('died', { clock });
    const { sink, payloads } = recorder();
    await place.transact('COMMIT', 1);
    const dead = place.relay({ ...sink, handle: () => new Promise(() => {}) }, { lease: '30s' });
    void dead.drain();
    await clock.flush();
    await using next = place.relay(sink, { lease: '30s' });
    expect(await next.drain()).toBe(0);
    await clock.advanceAsync('30s');
    expect(await next.drain()).toBe(1);
    expect(payloads()).toEqual([1]);
  });

  it('does not deliver from within an open transaction', async () => {
    const db = new DatabaseSync(':memory:');
    const box = outbox(db);
    box.migrate();
    const { sink, payloads } = recorder();
    await using relay = box.relay(sink);
    db.exec('BEGIN');
    box.write('saved', { n: 1 });
    if ('isTransaction' in db) expect(await relay.drain()).toBe(0);
    db.exec('COMMIT');
    expect(await relay.drain()).toBe(1);
    expect(payloads()).toEqual([1]);
  });

  it('does not read what a transaction writes that began on its connection meanwhile', async () => {
    const db = new DatabaseSync(':memory:');
    const box = outbox(db);
    box.migrate();
    const { sink, payloads } = recorder();
    await using relay = box.relay(sink);
    const draining = relay.drain();
    // The relay has its turn by now, and has read nothing.
    db.exec('BEGIN');
    box.write('saved', { n: 1 });
    if ('isTransaction' in db) expect(await draining).toBe(0);
    db.exec('ROLLBACK');
    await draining;
    expect(payloads()).toEqual([]);
  });
});

describe('a relay on the one PostgreSQL client that the application has', () => {
  it.each([
    ['a transaction', ''],
    ['a savepoint', 'SAVEPOINT part'],
  ])('waits for the end of %s', async (_, within) => {
    const box = outbox(pglite, { table: 'one_client' });
    await box.migrate();
    const { sink, payloads } = recorder();
    await using relay = box.relay(sink);
    await pglite.exec(`BEGIN; ${within}`);
    await box.write('saved', { n: 1 }, pglite);
    expect(await relay.drain()).toBe(0);
    expect(payloads()).toEqual([]);
    await pglite.exec('COMMIT');
    expect(await relay.drain()).toBe(1);
    expect(payloads()).toEqual([1]);
  });

  it.each([
    ['before the relay took its turn', 0],
    ['after it', 1],
  ])('waits for the end of one that began %s', async (_, place) => {
    const { sink, payloads } = recorder();
    const client: PostgresClient = {
      query: async (text, values) => {
        const isTurn = text.includes('one_more_relay') && text.includes('INSERT');
        if (isTurn && steps.length > 0) await steps[0]!();
        const answer = await pglite.query(text, values as never);
        if (isTurn && steps.length > 0) await steps[1]!();
        if (isTurn) steps.length = 0;
        return answer;
      },
    };
    const box = outbox(client, { table: 'one_more' });
    await box.migrate();
    const write = () => box.write('saved', { n: 1 }, client);
    const begin = async () => void (await pglite.exec('BEGIN'));
    const both = async () => {
      await begin();
      await write();
    };
    const steps: (() => Promise<void>)[] = place === 0 ? [begin, write] : [async () => {}, both];
    await using relay = box.relay(sink);
    expect(await relay.drain()).toBe(0);
    await pglite.exec('ROLLBACK');
    expect(await relay.drain()).toBe(0);
    expect(payloads()).toEqual([]);
  });
});

describe('an outbox before an invalidator', () => {
  const broken = () => {
    throw new Error('a mistake in a rule');
  };
  it.each([
    ['a tag that is too long', 'saved', { id: 'x'.repeat(70_000) }, /65536 bytes/],
    ['a tag that is not well-formed', 'saved', { id: '\ud800' }, /well-formed/],
    ['a region that is not there', 'elsewhere', { id: 1 }, /nowhere/],
    ['a rule that throws', 'broken', {}, /a mistake in a rule/],
    ['an unknown event', 'sawed', { id: 1 }, /did you mean "saved"/],
  ])('gives up %s, and delivers what comes after', async (_, event, payload, reason) => {
    const db = new DatabaseSync(':memory:');
    const box = outbox(db);
    box.migrate();
    await using cache = createCache({ tiers: [memory()] });
    const rules = eventBased({ saved: ['tags:row-{id}'], broken: [broken] });
    const invalidation = invalidator(cache, [rules, eventBased({ elsewhere: ['row:{id}'] }, { region: 'nowhere' })]);
    await cache.set('row', 'old', { tags: ['row-7'] });
    box.write(event, payload);
    box.write('saved', { id: 7 });
    await using relay = box.relay(invalidation, { onError: () => {} });
    expect(await relay.drain()).toBe(2);
    expect(await cache.has('row')).toBe(false);
    expect(db.prepare('SELECT event, failure FROM uno_cache_outbox').all()).toEqual([
      { event, failure: expect.stringMatching(reason) },
    ]);
  });

  it('reaches the living tiers with everything while one is down, and keeps it for that one', async () => {
    const db = new DatabaseSync(':memory:');
    const box = outbox(db);
    box.migrate();
    const far = faultyTier(memory(), { name: 'far', async: true });
    await using cache = createCache({ tiers: [memory({ name: 'near' }), far], bus: false });
    await cache.setMany({ 'row:1': 'old', 'row:2': 'old', 'row:3': 'old' });
    await using relay = box.relay(invalidator(cache, [eventBased({ saved: ['row:{id}'] })]), { batchSize: 1 });
    const fault = far.fail();
    for (const id of [1, 2, 3]) box.write('saved', { id });
    await expect(relay.drain()).rejects.toThrow(/not confirmed by far/);
    expect((await cache.getMany(['row:1', 'row:2', 'row:3'])).size).toBe(0);
    expect(db.prepare('SELECT * FROM uno_cache_outbox').all()).toHaveLength(3);
    expect(fault.strikes).toBeGreaterThan(0);
  });

  it('keeps everything for another relay when the cache has been closed', async () => {
    const db = new DatabaseSync(':memory:');
    const box = outbox(db);
    box.migrate();
    box.write('saved', { id: 7 });
    const cache = createCache({ tiers: [memory()] });
    await cache.close();
    await using relay = box.relay(invalidator(cache, [eventBased({ saved: ['row:{id}'] })]));
    await expect(relay.drain()).rejects.toMatchObject({ code: 'CLOSED' });
    expect(db.prepare('SELECT failure FROM uno_cache_outbox').all()).toEqual([{ failure: null }]);
  });
});

describe('outbox()', () => {
  const db = new DatabaseSync(':memory:');
  it.each([
    ['what is no database', () => outbox({} as never)],
    ['a table that would have to be quoted', () => outbox(db, { table: 'a; DROP TABLE users' })],
    ['an unknown option', () => outbox(db, { tabel: 'x' } as never)],
    ['an event without a name', () => outbox(db).write('')],
    ['a payload that JSON cannot hold', () => outbox(db).write('e', { n: 1n })],
    ['what is no sink', () => outbox(db).relay({} as never)],
    ['a batch of nothing', () => outbox(db).relay(recorder().sink, { batchSize: 0 })],
  ])('refuses %s', (_, call) => {
    expect(call).toThrow(TypeError);
  });

  it('asks for the transaction in PostgreSQL', async () => {
    const query = async () => ({ rows: [] });
    await expect(outbox({ query }).write('e', {}, undefined as never)).rejects.toThrow(/transaction must be/);
  });
});
