import type { BuiltinKind } from '@uno-cache/core/adapter';

type Kept = Extract<BuiltinKind, 'Date' | 'RegExp' | 'ArrayBuffer' | 'view'>;
type ViewConstructor = new (buffer: ArrayBufferLike) => ArrayBufferView;

const CLASSES: Readonly<Record<Kept, (value: unknown) => boolean>> = {
  Date: (value) => value instanceof Date,
  RegExp: (value) => value instanceof RegExp,
  ArrayBuffer: (value) => value instanceof ArrayBuffer,
  view: (value) => value instanceof Object.getPrototypeOf(Uint8Array) || value instanceof DataView,
};

/**
 * The object, as one of this realm: msgpackr looks at classes, and those of a worker's context or of a test runner's
 * sandbox are others.
 */
export function localized(kind: Kept, value: object): object {
  return CLASSES[kind](value) ? value : copyOf(kind, value);
}

function copyOf(kind: Kept, value: object): object {
  switch (kind) {
    case 'Date':
      return new Date(Date.prototype.getTime.call(value));
    case 'RegExp':
      return new RegExp((value as RegExp).source, (value as RegExp).flags);
    case 'ArrayBuffer':
      return new Uint8Array(new Uint8Array(value as ArrayBuffer)).buffer;
    case 'view': {
      const { buffer, byteOffset, byteLength } = value as ArrayBufferView;
      const bytes = new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength));
      const name = Object.prototype.toString.call(value).slice('[object '.length, -1);
      const View = (globalThis as unknown as Record<string, ViewConstructor>)[name]!;
      return new View(bytes.buffer);
    }
  }
}
