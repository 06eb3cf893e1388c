/** What kinds of objects are not kept by their own properties. */
export type BuiltinKind = 'Date' | 'RegExp' | 'Map' | 'Set' | 'ArrayBuffer' | 'view' | 'Error' | 'boxed' | 'refused';

const KINDS: ReadonlyMap<string, BuiltinKind> = new Map<string, BuiltinKind>([
  ['Date', 'Date'],
  ['RegExp', 'RegExp'],
  ['Map', 'Map'],
  ['Set', 'Set'],
  ['ArrayBuffer', 'ArrayBuffer'],
  ['Error', 'Error'],
  ['DOMException', 'Error'],
  ['Number', 'boxed'],
  ['String', 'boxed'],
  ['Boolean', 'boxed'],
  ['BigInt', 'boxed'],
  ['Symbol', 'boxed'],
  ...['Promise', 'WeakMap', 'WeakSet', 'WeakRef', 'SharedArrayBuffer', 'Generator', 'AsyncGenerator'].map(
    (name) => [name, 'refused'] as [string, BuiltinKind],
  ),
]);

/** A getter or method that throws on what only calls itself a Date, RegExp, Map or Set. */
const PROOFS: Partial<Record<BuiltinKind, (this: unknown) => unknown>> = {
  Date: Date.prototype.getTime,
  RegExp: getter(RegExp.prototype, 'source'),
  Map: getter(Map.prototype, 'size'),
  Set: getter(Set.prototype, 'size'),
  ArrayBuffer: getter(ArrayBuffer.prototype, 'byteLength'),
};

/**
 * The kind of an object that is not plain, of whatever realm; `undefined` for an instance of somebody's class. Not
 * `instanceof`: what a test or a worker's context made is of another realm.
 */
export function builtinKind(value: object): BuiltinKind | undefined {
  if (ArrayBuffer.isView(value)) return 'view';
  const kind = KINDS.get(Object.prototype.toString.call(value).slice('[object '.length, -1));
  if (kind === undefined || isProved(value, kind)) return kind;
  return undefined;
}

function isProved(value: object, kind: BuiltinKind): boolean {
  const proof = PROOFS[kind];
  if (proof === undefined) return true;
  try {
    proof.call(value);
    return true;
  } catch {
    return false;
  }
}

function getter(prototype: object, name: string): (this: unknown) => unknown {
  return Object.getOwnPropertyDescriptor(prototype, name)!.get!;
}
