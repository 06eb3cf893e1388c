const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const DECIMAL = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const DIGITS = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** `12,345` */
export function whole(value: number): string {
  return WHOLE.format(value);
}

/** `4.1` */
export function decimal(value: number): string {
  return DECIMAL.format(value);
}

/** A share from 0 to 1: `12 %`, `0.4 %`. */
export function percent(share: number): string {
  return `${share < 0.1 ? DECIMAL.format(share * 100) : WHOLE.format(share * 100)} %`;
}

/** `0.0123 ms`, `2.5 s` */
export function milliseconds(ms: number): string {
  return ms >= 1000 ? `${DECIMAL.format(ms / 1000)} s` : `${DIGITS.format(ms)} ms`;
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** In powers of 1,024, as sizes are given: `1.5 MB`. */
export function bytes(size: number): string {
  let unit = 0;
  for (; size >= 1024 && unit < UNITS.length - 1; unit++) size /= 1024;
  return `${DECIMAL.format(size)} ${UNITS[unit]}`;
}

/** `region profiles`, `the root` */
export function regionName(region: string): string {
  return region === '' ? 'the root' : `region ${region}`;
}
