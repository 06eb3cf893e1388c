import type { Clock, TierUsage } from '@uno-cache/core';
import { KetamaRing } from './ketama-ring.ts';
import { Member } from './member.ts';
import { keepNotes, noteOutage, readOutages } from './outage-notes.ts';
import { ItemRefused, Server } from './server.ts';
import { ServerGone } from './server-link.ts';
import type { ServerAddress } from './server-list.ts';
import type { Site } from './site.ts';

const FIRST_PROBE_MS = 100;
const LAST_PROBE_MS = 2_000;

export interface FleetOptions {
  readonly addresses: readonly ServerAddress[];
  readonly prefix: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly onOutage: (error: Error) => void;
}

/** What a command does: a load stores what was found elsewhere, a change overrules what is stored. */
export type Access = 'reads' | 'loads' | 'changes';

/** Who is up and a key belongs to, and who is not and comes before. */
interface Choice {
  readonly member: Member;
  readonly skipped: readonly Member[];
}

/**
 * The servers, and which of them a key belongs to. One that does not answer is skipped, and its keys go to the others,
 * until it answers again; what it held by then counts as gone, for all who share the servers.
 */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #members: readonly Member[];
  readonly #ring: KetamaRing;
  readonly #deadlineMs: number;
  #checkedAt = -Infinity;
  #checking: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: FleetOptions) {
    const { addresses, clock, timeoutMs } = options;
    this.#options = options;
    // Who is given up on has to leave time to ask another: the note, then the command.
    this.#deadlineMs = addresses.length === 1 ? timeoutMs * 0.95 : timeoutMs * 0.4;
    this.#members = addresses.map((address) => new Member(new Server(address, clock, this.#deadlineMs)));
    this.#ring = new KetamaRing(addresses);
  }

  /** How many servers there are, gone ones too. */
  get size(): number {
    return this.#members.length;
  }

  /**
   * Runs a command on the server that a key belongs to; on the next one when that is gone, which then misses what it
   * stores or changes.
   */
  run<T>(key: string, access: Access, command: (site: Site) => Promise<T>): Promise<T> {
    const [only] = this.#members;
    return this.#members.length === 1 ? command(only!.site()) : this.#runOnOne(key, access, command);
  }

  /** Runs a command on every server that is up; the others' content is not valid any more when they return. */
  async everywhere(command: (site: Site) => Promise<void>): Promise<void> {
    await this.#checked();
    await Promise.all(this.#members.flatMap(({ returning }) => returning ?? []));
    const done = this.#members.map(async (member) => {
      if (member.isUp && (await this.#ask(member, () => command(member.site()).then(() => true)))) return true;
      member.isBypassed = true;
      return false;
    });
    if (!(await Promise.all(done)).includes(true)) throw this.#allGone();
  }

  /** Resolves when at least one server answers. */
  async ping(): Promise<void> {
    const answers = this.#members.map(async (member) => {
      await member.server.ping();
      if (!member.isUp) await this.#returned(member);
    });
    await Promise.any(answers).catch((error: AggregateError) => {
      throw error.errors[0];
    });
  }

  /** How full the servers are that are up. */
  async usage(): Promise<TierUsage> {
    const up = this.#members.filter(({ isUp }) => isUp);
    const usages = await Promise.all(up.map((member) => this.#ask(member, () => member.server.usage())));
    const sum = { entries: 0, bytes: 0, maxBytes: 0 };
    for (const usage of usages) {
      sum.entries += usage?.entries ?? 0;
      sum.bytes += usage?.bytes ?? 0;
      sum.maxBytes += usage?.maxBytes ?? 0;
    }
    return sum;
  }

  /** Notes what the others have not been told yet, and ends. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { probe } of this.#members) probe?.cancel();
    const untold = this.#members.filter(({ isUp, isBypassed }) => !isUp && isBypassed);
    if (untold.length > 0) await Promise.all(untold.map((member) => this.#note(member)));
    for (const { server } of this.#members) server.close();
  }

  async #runOnOne<T>(key: string, access: Access, command: (site: Site) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      const { member, skipped } = await this.#choose(key, access);
      try {
        return await command(member.site(skipped));
      } catch (error) {
        if (!(error instanceof ServerGone) || this.#isClosed) throw error;
        await this.#lost(member, error);
        if (tries >= this.#members.length) throw error;
      } finally {
        if (access === 'changes') member.changed();
      }
    }
  }

  /** What a server answers; `undefined` when it is gone, and there are others. */
  async #ask<T>(member: Member, command: () => Promise<T>): Promise<T | undefined> {
    try {
      return await command();
    } catch (error) {
      if (this.#members.length === 1 || !(error instanceof ServerGone)) throw error;
      await this.#lost(member, error);
      return undefined;
    }
  }

  /** Chooses anew after each wait, for servers come and go meanwhile. */
  async #choose(key: string, access: Access): Promise<Choice> {
    for (;;) {
      const checking = this.#checked();
      if (checking !== undefined) await checking;
      const choice = this.#choice(key);
      const { skipped } = choice;
      const returning =
        access === 'reads' ? undefined : skipped.find((member) => member.returning !== undefined)?.returning;
      const uncounted = skipped.find(({ isCounted }) => !isCounted);
      if (returning !== undefined) {
        await returning;
      } else if (uncounted !== undefined) {
        await this.#note(uncounted);
        if (!uncounted.isCounted) throw new ServerGone(uncounted.server.name, 'and nobody can be told', false);
      } else {
        if (access !== 'reads') for (const member of skipped) member.isBypassed = true;
        return choice;
      }
    }
  }

  #choice(key: string): Choice {
    const skipped = new Set<Member>();
    const index = this.#ring.serverOf(key, (number) => {
      const member = this.#members[number]!;
      if (!member.isUp) skipped.add(member);
      return member.isUp;
    });
    if (index < 0) throw this.#allGone();
    return { member: this.#members[index]!, skipped: [...skipped] };
  }

  #allGone(): Error {
    return new ServerGone(this.#members.map(({ server }) => server.name).join(', '), 'none answers', false);
  }

  async #lost(member: Member, error: Error): Promise<void> {
    if (member.isUp && !this.#isClosed) {
      member.isUp = false;
      member.isCounted = false;
      member.noted = this.#note(member);
      this.#options.onOutage(error);
      this.#probeIn(member, FIRST_PROBE_MS);
    }
    await member.noted;
  }

  async #note(member: Member): Promise<void> {
    member.isBypassed = false;
    const living = this.#members.filter(({ isUp }) => isUp).map(({ server }) => server);
    const { prefix, clock } = this.#options;
    const givingUp = member.isCounted ? undefined : { before: member.absencesThen };
    const noted = await noteOutage(prefix, member.server, living, givingUp, clock.now());
    member.learn(noted);
    if (noted.epoch === 0) member.isBypassed = true;
    else member.isCounted = true;
  }

  #probeIn(member: Member, delayMs: number): void {
    const { clock } = this.#options;
    const probe = async (): Promise<void> => {
      if (member.isUp || this.#isClosed) return;
      try {
        // Others may reach it: they must not go on with what was changed elsewhere.
        if (member.isBypassed) await this.#note(member);
        await member.server.ping();
        await this.#returned(member);
      } catch {
        if (!this.#isClosed) this.#probeIn(member, Math.min(delayMs * 2, LAST_PROBE_MS));
      }
    };
    member.probe = clock.setTimer(() => void probe(), delayMs * (0.75 + clock.random() / 2), true);
  }

  async #returned(member: Member): Promise<void> {
    await member.noted;
    await this.#check();
    if (member.isUp) return;
    if (member.returning !== undefined) return member.returning;
    const rejoined = this.#rejoin(member);
    member.returning = rejoined.then(
      () => {},
      () => {},
    );
    await rejoined.finally(() => {
      member.returning = undefined;
    });
  }

  /** What was made elsewhere is noted, on the server itself as well: those who knew it may have been restarted. */
  async #rejoin(member: Member): Promise<void> {
    const { prefix, clock } = this.#options;
    if (member.isBypassed) await this.#note(member);
    const isTold = !member.isBypassed;
    if (!isTold) member.learn({ epoch: Math.max(member.epoch + 1, Math.floor(clock.now() * 1000)), absences: 0 });
    await keepNotes(prefix, member.server, member).catch((error: unknown) => {
      // One that is full still has what it had, and the others know.
      if (!isTold || !(error instanceof ItemRefused)) throw error;
    });
    member.probe?.cancel();
    member.isBypassed = false;
    member.isCounted = true;
    member.isUp = true;
  }

  /**
   * What was noted of outages is good for as long as it takes to see one: a server that answered this check was not
   * given up by anybody who began to wait before it, and who began after it is still waiting.
   */
  #checked(): Promise<void> | undefined {
    const { clock } = this.#options;
    if (this.#members.length === 1 || clock.now() - this.#checkedAt < this.#deadlineMs) return undefined;
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  async #check(): Promise<void> {
    const startedAt = this.#options.clock.now();
    const changes = this.#members.map((member) => member.changes);
    const servers = this.#members.map(({ server }) => server);
    const up = this.#members.filter(({ isUp }) => isUp);
    const reads = up.map(({ server }) => readOutages(this.#options.prefix, server, servers));
    const answers = await Promise.allSettled(reads);
    for (const answer of answers) {
      if (answer.status === 'rejected') continue;
      for (const [index, noted] of answer.value.entries()) this.#members[index]!.learn(noted);
    }
    for (const [index, member] of this.#members.entries()) {
      const haveOthersAnswered = answers.every(({ status }, each) => status === 'fulfilled' || up[each] === member);
      if (haveOthersAnswered && member.changes === changes[index]) member.absencesThen ??= member.absences;
    }
    // Now it is known what others have counted of those that did not answer.
    const lost = answers.map(async (answer, each) => {
      if (answer.status === 'rejected' && answer.reason instanceof ServerGone)
        await this.#lost(up[each]!, answer.reason);
    });
    await Promise.all(lost);
    this.#checkedAt = startedAt;
  }
}
