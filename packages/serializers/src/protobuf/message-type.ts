import { mismatch } from '@uno-cache/core/adapter';

/**
 * What protobufjs makes of a message: a `Type` that was looked up in a loaded root, or a class that its command line tool
 * generated.
 */
export interface ProtobufType {
  /** Says what is wrong with the value; `null` for nothing. */
  verify(value: Record<string, unknown>): string | null;
  fromObject(value: Record<string, unknown>): object;
  // The parameters of these are classes that only the type knows.
  toObject(message: never, options?: Readonly<Record<string, unknown>>): Record<string, unknown>;
  encode(message: never): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  getTypeUrl(prefix?: string): string;
}

const METHODS = ['verify', 'fromObject', 'toObject', 'encode', 'decode', 'getTypeUrl'] as const;

/**
 * @returns the type's full name: `shop.User`.
 * @throws TypeError for what is not a type, and for one that names types which were not loaded.
 */
export function checkMessageType(type: ProtobufType): string {
  const candidate = type as Partial<ProtobufType> | null | undefined;
  if (!METHODS.every((name) => typeof candidate?.[name] === 'function')) {
    throw new TypeError(mismatch('protobuf(): type', 'a message type of protobufjs, loaded or generated', type));
  }
  try {
    // The first use resolves what the type refers to.
    type.verify({});
  } catch (cause) {
    throw new TypeError(`protobuf(): type cannot be used: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
  return type.getTypeUrl('').replace(/^\//, '');
}
