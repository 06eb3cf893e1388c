export type { Entry, TagVersion } from '../entry/entry.ts';
export { expired, touched, usableUntil, visibleUntil } from '../entry/entry.ts';
export type { ByteSize } from './byte-size.ts';
export { byteSize } from './byte-size.ts';
export type { Duration } from './duration.ts';
export { durationMs } from './duration.ts';
export { compileGlob, escapeGlob, isLiteral, literalPrefix } from './glob.ts';
export {
  checkKey,
  MAX_KEY_BYTES,
  physicalKey,
  scopePrefix,
  versionKey,
  versionPrefix,
} from './key.ts';
export { nearest } from './nearest.ts';
export type { NumberRange } from './option-checks.ts';
export {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkName,
  checkNumber,
  checkOneOf,
  checkOptions,
  mismatch,
} from './option-checks.ts';
export { randomToken, randomVersion } from './random-token.ts';
export { show } from './show.ts';
export { isWellFormed } from './well-formed.ts';
