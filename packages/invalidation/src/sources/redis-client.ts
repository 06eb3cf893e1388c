/** A Redis client, by what is needed of it: `Redis` of ioredis has it. */
export interface RedisCommands {
  /** Sends a command as it is written, and gives the reply. */
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
}

/** A Redis client that has no other work than to listen to channels: `Redis` of ioredis has it. */
export interface RedisSubscriber {
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  on(event: 'message', listener: (channel: string, message: string) => void): unknown;
  off(event: 'message', listener: (channel: string, message: string) => void): unknown;
}
