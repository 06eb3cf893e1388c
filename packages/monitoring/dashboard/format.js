const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const calendar = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** What stands where there is no number. */
export const NONE = '–';

/** Between a number and its unit: narrow, and no place to break the line. */
const THIN = '\u202f';

/** @typedef {number | null | undefined} Maybe */

/** @param {Maybe} value */
export function count(value) {
  return value == null ? NONE : whole.format(value);
}

/**
 * A number of things: 1 gap, 2 gaps.
 *
 * @param {number} value
 * @param {string} thing
 */
export function many(value, thing) {
  return `${count(value)} ${thing}${value === 1 ? '' : 's'}`;
}

/**
 * For axes and tiles: 12.3K.
 *
 * @param {Maybe} value
 */
export function brief(value) {
  if (value == null) return NONE;
  return value < 1000 ? digits(value) : short.format(value);
}

/**
 * @param {Maybe} value - 0..1.
 */
export function percent(value) {
  if (value == null) return NONE;
  const exact = value * 100;
  const isNearEnd = (exact > 99 && exact < 100) || (exact > 0 && exact < 1);
  return `${exact.toFixed(isNearEnd ? 2 : 1)}${THIN}%`;
}

/**
 * Beside an axis, where only round ones stand.
 *
 * @param {number} value - 0..1.
 */
export function roundPercent(value) {
  return `${Math.round(value * 100)}${THIN}%`;
}

/**
 * @param {Maybe} ms
 */
export function duration(ms) {
  if (ms == null) return NONE;
  if (ms === 0) return `0${THIN}ms`;
  if (ms < 0.001) return `${digits(ms * 1e6)}${THIN}ns`;
  if (ms < 1) return `${digits(ms * 1000)}${THIN}µs`;
  if (ms < 1000) return `${digits(ms)}${THIN}ms`;
  return ms < 100_000 ? `${digits(ms / 1000)}${THIN}s` : lapse(ms);
}

/**
 * A longer time, in its two greatest units.
 *
 * @param {number} ms
 * @returns {string}
 */
export function lapse(ms) {
  if (ms > 0 && ms < 1000) return duration(ms);
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds}${THIN}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${THIN}min ${seconds % 60}${THIN}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}${THIN}h ${minutes % 60}${THIN}min`;
  return `${Math.floor(hours / 24)}${THIN}d ${hours % 24}${THIN}h`;
}

const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** @param {Maybe} value */
export function bytes(value) {
  if (value == null) return NONE;
  const power = value < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(value) / 10));
  return `${digits(value / 1024 ** power)}${THIN}${BYTE_UNITS[power]}`;
}

/** @param {number} at - epoch milliseconds. */
export function time(at) {
  return clock.format(at);
}

/**
 * A time that may be days ago, and how long ago.
 *
 * @param {number} at
 * @param {number} now
 */
export function since(at, now) {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return `since ${isToday ? time(at) : calendar.format(at)} (${lapse(now - at)})`;
}

/**
 * A duration beside an axis, where only round ones stand.
 *
 * @param {number} ms
 */
export function roundDuration(ms) {
  return duration(ms).replace(/\.0+(?=\u202f)/, '');
}

/**
 * The root has no name of its own.
 *
 * @param {string} name
 */
export function regionName(name) {
  return name === '' ? '(root)' : name;
}

/** @param {number} value */
function digits(value) {
  if (value === 0) return '0';
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toPrecision(2).includes('e') ? '<0.01' : value.toFixed(2);
}
