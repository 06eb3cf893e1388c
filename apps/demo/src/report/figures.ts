const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const ONE_DECIMAL = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const TWO_DECIMALS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export function whole(value: number): string {
  return WHOLE.format(value);
}

export function oneDecimal(value: number): string {
  return ONE_DECIMAL.format(value);
}

/** Milliseconds, as many digits as say something; a dash where nothing was measured. */
export function milliseconds(value: number | undefined): string {
  if (value === undefined) return '-';
  if (value >= 100) return WHOLE.format(value);
  return (value >= 10 ? ONE_DECIMAL : TWO_DECIMALS).format(value);
}

/** A share of a whole; a dash when there is no whole. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${ONE_DECIMAL.format((100 * part) / whole)} %`;
}
