import type { Bus, BusLink, BusMessage, Clock, Duration, Timer } from '@uno-cache/core';
import { systemClock } from '@uno-cache/core';
import { checkFunction, checkName, checkOptions, durationMs, mismatch, randomToken } from '@uno-cache/core/adapter';
import type { Membership } from './membership.ts';

const DEFAULT_HEARTBEAT: Duration = '1s';
const DEFAULT_LIMIT: Duration = '3s';

export interface BusMembershipOptions {
  /** Whose members: processes of other groups are not seen. */
  readonly group: string;
  /** A name that no other process has. @defaultValue random */
  readonly self?: string;
  /** How often a member says that it is alive. @defaultValue `'1s'` */
  readonly heartbeat?: Duration;
  /** A member that has not been heard of for so long is dead; more than a heartbeat. @defaultValue `'3s'` */
  readonly limit?: Duration;
  /** Hears of a heartbeat that could not be sent: to the others this process looks dead. @defaultValue a warning */
  readonly onError?: (error: unknown) => void;
  /** @defaultValue the machine's */
  readonly clock?: Clock;
}

const OPTION_NAMES: readonly (keyof BusMembershipOptions)[] = Object.freeze([
  'group',
  'self',
  'heartbeat',
  'limit',
  'onError',
  'clock',
]);

/**
 * The processes that are alive on a bus. In a namespace of its own, a member is a key that its heartbeat touches and
 * that is deleted when it leaves: the messages of the port mean what they always mean, and every bus carries them.
 *
 * Processes that cannot reach each other each see themselves alone: everyone then does the work, and none is left
 * undone.
 *
 * @throws TypeError naming the option, what came and what is allowed.
 */
export function busMembership(bus: Bus, options: BusMembershipOptions): BusMembership {
  if (typeof bus?.join !== 'function') throw new TypeError(mismatch('bus', 'a bus', bus));
  checkOptions('busMembership()', options, OPTION_NAMES);
  return new BusMembership(bus, options);
}

export class BusMembership implements Membership, Disposable {
  readonly self: string;
  readonly #clock: Clock;
  readonly #heartbeatMs: number;
  readonly #limitMs: number;
  readonly #onError: (error: unknown) => void;
  readonly #link: BusLink;
  /** When each of the others was last heard of. */
  readonly #heard = new Map<string, number>();
  #beats = 0;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(bus: Bus, options: BusMembershipOptions) {
    const {
      group,
      self = randomToken(),
      clock = systemClock,
      onError = (error) => process.emitWarning(String(error)),
    } = options;
    const { heartbeat = DEFAULT_HEARTBEAT, limit = DEFAULT_LIMIT } = options;
    checkName(group, 'group');
    this.self = checkName(self, 'self');
    this.#clock = clock;
    this.#onError = checkFunction(onError, 'onError');
    this.#heartbeatMs = durationMs(heartbeat, 'heartbeat');
    this.#limitMs = durationMs(limit, 'limit');
    if (!(this.#limitMs > this.#heartbeatMs)) throw new TypeError(mismatch('limit', 'more than a heartbeat', limit));
    const receive = (message: BusMessage): void => this.#receive(message);
    // A heartbeat that got lost is one that comes late: the next one tells.
    this.#link = bus.join(`${group}:members`, { receive, gap: () => {}, current: () => {} }, clock);
    this.#beat();
  }

  members(): readonly string[] {
    const now = this.#clock.now();
    for (const [member, at] of this.#heard) if (now - at >= this.#limitMs) this.#heard.delete(member);
    return [this.self, ...this.#heard.keys()].sort();
  }

  /** Says good-bye, so that others need not wait for the limit. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#publish({ kind: 'delete', keys: [this.self], ...this.#about() });
    this.#link.leave();
  }

  /** As `close`, without waiting. */
  [Symbol.dispose](): void {
    void this.close();
  }

  #receive(message: BusMessage): void {
    if (message.sender === this.self || !('keys' in message)) return;
    for (const member of message.keys) {
      if (message.kind === 'delete') {
        this.#heard.delete(member);
      } else {
        const isNew = !this.#heard.has(member);
        this.#heard.set(member, this.#clock.now());
        // The newcomer does not know of this one either.
        if (isNew && !this.#isClosed) void this.#announce();
      }
    }
  }

  #beat(): void {
    void this.#announce();
    this.#timer = this.#clock.setTimer(() => this.#beat(), this.#heartbeatMs, true);
  }

  #announce(): Promise<void> {
    this.#beats++;
    return this.#publish({ kind: 'touch', keys: [this.self], versions: [this.#beats], ...this.#about() });
  }

  #about(): Pick<BusMessage, 'sender' | 'region' | 'at'> {
    return { sender: this.self, region: '', at: 0 };
  }

  async #publish(message: BusMessage): Promise<void> {
    try {
      await this.#link.publish(message);
    } catch (error) {
      this.#onError(error);
    }
  }
}
