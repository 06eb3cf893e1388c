import type { Timer } from '@uno-cache/core';
import type { Outages } from './outage-notes.ts';
import { greatest } from './outage-notes.ts';
import type { Server } from './server.ts';
import type { Site } from './site.ts';

/** A server of a fleet, and what this process knows of it. */
export class Member implements Outages {
  readonly server: Server;
  isUp = true;
  epoch = 0;
  absences = 0;
  /** The absences that were counted when they were first looked up after this process's last change there. */
  absencesThen: number | undefined = 0;
  /** Changes that this process made there, which overrule what others may hold of its keys. */
  changes = 0;
  /** That it was given up has been counted, on some other server at least. */
  isCounted = true;
  /** Something was stored or changed elsewhere that belongs to it, and that has not been noted yet. */
  isBypassed = false;
  /** Resolves when it has been noted that it was given up. */
  noted: Promise<void> = Promise.resolve();
  /** Until it has been noted what it missed: what belongs to it must not be changed elsewhere meanwhile. */
  returning: Promise<void> | undefined;
  probe: Timer | undefined;

  constructor(server: Server) {
    this.server = server;
  }

  learn(noted: Outages): void {
    const { epoch, absences } = greatest([this, noted]);
    this.epoch = epoch;
    this.absences = absences;
  }

  changed(): void {
    this.changes++;
    this.absencesThen = undefined;
  }

  /** @param skipped - whose keys it has, while they are away. */
  site(skipped: readonly Member[] = []): Site {
    const { server, epoch } = this;
    const instead = skipped.map((member) => `${member.server.name} ${member.absences}`).join(' ');
    return { server, epoch, instead };
  }
}
