import { checkFunction, checkName, checkOptions } from '@uno-cache/core/adapter';
import { EventIntake } from './event-intake.ts';
import type { EventSink, Subscription } from './event-sink.ts';
import { parseMessage } from './message.ts';
import type { RedisSubscriber } from './redis-client.ts';

export interface RedisChannelOptions {
  readonly channel: string;
  /** Hears of a message that could not be handled. @defaultValue a warning */
  readonly onError?: (error: unknown, message: string) => void;
}

/**
 * Events from a Redis channel, as `{"event": "...", "payload": {...}}`. At most once: what is published while this
 * process does not listen is lost to it. Take a stream where that matters.
 *
 * @param client - of its own, in subscriber mode from then on; yours to close.
 * @throws TypeError for wrong options; what `subscribe` throws.
 */
export async function fromRedisChannel(
  client: RedisSubscriber,
  sink: EventSink,
  options: RedisChannelOptions,
): Promise<Subscription> {
  checkOptions('fromRedisChannel()', options, ['channel', 'onError']);
  const { channel, onError = (error) => process.emitWarning(String(error)) } = options;
  checkName(channel, 'channel');
  checkFunction(onError, 'onError');
  const intake = new EventIntake(sink);
  const hear = (from: string, message: string): void => {
    if (from !== channel) return;
    const failed = (error: unknown): void => onError(error, message);
    try {
      intake.take(parseMessage(message), failed);
    } catch (error) {
      failed(error);
    }
  };
  client.on('message', hear);
  try {
    await client.subscribe(channel);
  } catch (error) {
    client.off('message', hear);
    throw error;
  }
  const idle = (): Promise<void> => intake.idle();
  const close = async (): Promise<void> => {
    client.off('message', hear);
    await client.unsubscribe(channel);
    await idle();
  };
  return { idle, close, [Symbol.asyncDispose]: close };
}
