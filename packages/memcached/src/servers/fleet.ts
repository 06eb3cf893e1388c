import type { Clock, TierUsage, Timer } from '@uno-cache/core';
import { KetamaRing } from './ketama-ring.ts';
import type { Outages } from './outage-notes.ts';
import { greatest, noteOutage, readOutages } from './outage-notes.ts';
import { Server } from './server.ts';
import { ServerGone } from './server-link.ts';
import type { ServerAddress } from './server-list.ts';
import type { Site } from './site.ts';

const FIRST_PROBE_MS = 100;
const LAST_PROBE_MS = 2_000;

/** A server and what this process knows of it. */
interface Member {
  readonly server: Server;
  isUp: boolean;
  /** What its records must have at least, to be valid: they were made after its last outage. */
  epoch: number;
  /** How often it was given up, by anybody. */
  absences: number;
  /** Changes that this process made there, which overrule what others may hold of its keys. */
  changes: number;
  /** The absences that were counted when they were first looked up after the last such change. */
  absencesThen: number | undefined;
  /** That it was given up has been counted, on some other server at least. */
  isCounted: boolean;
  /** Something was changed elsewhere that belongs to it, after its outage was noted. */
  isBypassed: boolean;
  /** Resolves when the outage has been noted. */
  noted: Promise<void>;
  probe: Timer | undefined;
}

export interface FleetOptions {
  readonly addresses: readonly ServerAddress[];
  readonly prefix: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly onOutage: (error: Error) => void;
}

/** What a command does: a load stores what was found elsewhere, a change overrules what is stored. */
export type Access = 'reads' | 'loads' | 'changes';

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
    this.#members = addresses.map((address) => ({
      server: new Server(address, clock, this.#deadlineMs),
      isUp: true,
      epoch: 0,
      absences: 0,
      changes: 0,
      absencesThen: 0,
      isCounted: true,
      isBypassed: false,
      noted: Promise.resolve(),
      probe: undefined,
    }));
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
    return this.#members.length === 1 ? command(siteOf(only!)) : this.#runOnOne(key, access, command);
  }

  /** Runs a command on every server that is up; the others' content is not valid any more when they return. */
  async everywhere(command: (site: Site) => Promise<void>): Promise<void> {
    await this.#checked();
    const isAlone = this.#members.length === 1;
    const done = this.#members.map(async (member) => {
      if (member.isUp) {
        try {
          await command(siteOf(member));
          return true;
        } catch (error) {
          if (isAlone || !(error instanceof ServerGone)) throw error;
          await this.#lost(member, error);
        }
      }
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
    const usages = await Promise.all(up.map(({ server }) => server.usage()));
    return usages.reduce(
      (sum, { entries, bytes, maxBytes }) => ({
        entries: sum.entries + entries,
        bytes: sum.bytes + bytes,
        maxBytes: sum.maxBytes + maxBytes,
      }),
      { entries: 0, bytes: 0, maxBytes: 0 },
    );
  }

  close(): void {
    this.#isClosed = true;
    for (const { probe, server } of this.#members) {
      probe?.cancel();
      server.close();
    }
  }

  async #runOnOne<T>(key: string, access: Access, command: (site: Site) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      const { member, skipped } = this.#choose(key, access);
      const checking = this.#checked();
      if (checking !== undefined) await checking;
      const uncounted = skipped.filter(({ isCounted }) => !isCounted);
      if (uncounted.length > 0) await Promise.all(uncounted.map((each) => this.#note(each)));
      try {
        return await command(siteOf(member, skipped));
      } catch (error) {
        if (!(error instanceof ServerGone) || this.#isClosed) throw error;
        await this.#lost(member, error);
        if (tries >= this.#members.length) throw error;
      } finally {
        if (access === 'changes') {
          member.changes++;
          member.absencesThen = undefined;
        }
      }
    }
  }

  /** @returns who is up and the key belongs to, and who is not and comes before. */
  #choose(key: string, access: Access): { readonly member: Member; readonly skipped: readonly Member[] } {
    const skipped = new Set<Member>();
    const index = this.#ring.serverOf(key, (number) => {
      const member = this.#members[number]!;
      if (!member.isUp) skipped.add(member);
      return member.isUp;
    });
    if (access !== 'reads') for (const member of skipped) member.isBypassed = true;
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
    learn(member, noted);
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
    if (member.isBypassed) await this.#note(member);
    await this.#check();
    member.probe?.cancel();
    member.isUp = true;
  }

  /**
   * What others noted of outages is good for as long as it takes to see one: a server that answered this check was not
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
    const checks = this.#members.map(async (member) => {
      if (!member.isUp) return;
      const others = this.#members.filter((other) => other !== member);
      const changes = others.map((other) => other.changes);
      try {
        const servers = others.map(({ server }) => server);
        const counts = await readOutages(this.#options.prefix, member.server, servers);
        for (const [index, other] of others.entries()) {
          learn(other, counts[index]!);
          if (other.changes === changes[index]) other.absencesThen ??= other.absences;
        }
      } catch (error) {
        if (error instanceof ServerGone) await this.#lost(member, error);
      }
    });
    await Promise.all(checks);
    this.#checkedAt = startedAt;
  }
}

function learn(member: Member, noted: Outages): void {
  const { epoch, absences } = greatest([member, noted]);
  member.epoch = epoch;
  member.absences = absences;
}

function siteOf({ server, epoch }: Member, skipped: readonly Member[] = []): Site {
  const instead = skipped.map((member) => `${member.server.name} ${member.absences}`).join(' ');
  return { server, epoch, instead };
}
