import { show } from '@uno-cache/core/adapter';
import type { IncomingEvent } from './event-sink.ts';

/**
 * Reads `{"event": "user.updated", "payload": {...}}`.
 *
 * @throws TypeError when it is something else.
 */
export function parseMessage(text: string): IncomingEvent {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`a message must be JSON; got ${show(text)}`, { cause });
  }
  const { event, payload } = (message ?? {}) as { readonly event?: unknown; readonly payload?: unknown };
  if (typeof event !== 'string') throw new TypeError(`a message must have an "event"; got ${show(message)}`);
  return { event, payload };
}
