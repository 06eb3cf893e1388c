export { Deadlines, LATE } from '../engine/deadlines.ts';
export type { Failed, TierWatcher } from '../engine/tier-handle.ts';
export { FAILED, TierHandle } from '../engine/tier-handle.ts';
export type { Backlog } from '../engine/undelivered.ts';
export { crc32, fnv1a } from '../entry/checksum.ts';
export { decodeEntry, decodeValue, encodeEntry, encodeMarker, encodeValue } from '../entry/codec.ts';
export type { Entry, TagVersion } from '../entry/entry.ts';
export { expired, touched, usableUntil, visibleUntil } from '../entry/entry.ts';
export type { EntryHeader, EntryPatch } from '../entry/header.ts';
export { headerCheck, inspectEntry, patchEntry } from '../entry/header.ts';
export type { EntryFlags, EntryLayout } from '../entry/layout.ts';
export { ENTRY_FORMAT_VERSION, ENTRY_HEADER_BYTES, entryFlags, entryLayout } from '../entry/layout.ts';
export { serializerHash } from '../entry/serializer-hash.ts';
export type { StandingLease } from '../entry/standing-lease.ts';
export { CACHE_OPTION_NAMES } from '../options/cache-options.ts';
export { DEFAULTS_NAMES } from '../options/entry-options.ts';
export type { BuiltinKind } from '../serializer/builtin-kind.ts';
export { builtinKind } from '../serializer/builtin-kind.ts';
export { taggedJson } from '../serializer/tagged-json.ts';
export { MAX_DEPTH, Unserializable } from '../serializer/unserializable.ts';
export { decodeUtf8, encodeUtf8 } from '../serializer/utf8.ts';
export { BatchLanes } from './batch-lanes.ts';
export { isBusMessage } from './bus-message.ts';
export type { ByteSize } from './byte-size.ts';
export { byteSize } from './byte-size.ts';
export type { Duration } from './duration.ts';
export { durationMs } from './duration.ts';
export { compileGlob, escapeGlob, isLiteral, literalPrefix } from './glob.ts';
export { Hosts } from './hosts.ts';
export {
  checkKey,
  MAX_KEY_BYTES,
  physicalKey,
  scopePrefix,
  versionKey,
  versionPrefix,
} from './key.ts';
export { nearest } from './nearest.ts';
export { observe } from './observe.ts';
export type { NumberRange } from './option-checks.ts';
export {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkName,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkSerializer,
  mismatch,
} from './option-checks.ts';
export { randomToken, randomVersion } from './random-token.ts';
export { show } from './show.ts';
export { checkValueBytes, readMaxValueBytes } from './value-bytes.ts';
export { isWellFormed } from './well-formed.ts';
