import { CacheError } from '@uno-cache/core';
import { checkFunction, checkOneOf } from '@uno-cache/core/adapter';
import type { MonitorEvents, MonitorListener } from './monitor.ts';

const EVENTS = ['alert', 'resolved', 'error'] as const satisfies readonly (keyof MonitorEvents)[];

/** Those who listen to a monitor. */
export class MonitorListeners {
  readonly #listeners = new Map<keyof MonitorEvents, Set<(payload: never) => unknown>>();

  /**
   * @returns what takes the listener away again.
   * @throws TypeError for an event that there is not, or what is no function.
   */
  on<E extends keyof MonitorEvents>(event: E, listener: MonitorListener<E>): () => void {
    checkOneOf(event, 'event', EVENTS);
    checkFunction(listener, 'listener');
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    // A wrapper, so that one function added twice is heard twice and each is taken away by itself.
    const entry = (payload: never): unknown => listener(payload);
    listeners.add(entry);
    return () => void listeners.delete(entry);
  }

  /** Whether an event reaches anybody. */
  hears(event: keyof MonitorEvents): boolean {
    return (this.#listeners.get(event)?.size ?? 0) > 0;
  }

  /**
   * A listener that throws, or whose promise rejects, harms nobody else; an `error` event tells of it, unless it was
   * listening to that.
   */
  emit<E extends keyof MonitorEvents>(event: E, payload: MonitorEvents[E]): void {
    const failed = (cause: unknown): void => {
      if (event === 'error') return;
      this.emit('error', new CacheError('LISTENER_FAILED', `A listener of "${event}" threw.`, { cause }));
    };
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        Promise.resolve(listener(payload as never)).catch(failed);
      } catch (cause) {
        failed(cause);
      }
    }
  }
}
