import { mismatch } from '../adapter/option-checks.ts';
import { entryLayout } from './layout.ts';

/** A lease as it stands in an entry's bytes. Whether it still holds is for the reader's clock to say. */
export interface StandingLease {
  /** 32 lower-case hexadecimal digits, not all zero (`randomToken`). */
  readonly token: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

const TOKEN = /^(?!0{32})[0-9a-f]{32}$/;
const TOKEN_BYTES = 16;

/** Writes the lease slot; `undefined` clears it. The header checksum is the caller's. */
export function writeLease(view: DataView, lease: StandingLease | undefined): void {
  if (lease !== undefined && !TOKEN.test(lease.token)) {
    throw new TypeError(mismatch('lease.token', '32 hexadecimal digits, not all zero', lease.token));
  }
  for (let i = 0; i < TOKEN_BYTES; i++) {
    const digits = lease === undefined ? '0' : lease.token.slice(2 * i, 2 * i + 2);
    view.setUint8(entryLayout.leaseToken + i, Number.parseInt(digits, 16));
  }
  view.setFloat64(entryLayout.leaseUntil, lease?.until ?? 0, true);
}

/** Whether the lease slot is not empty. */
export function hasLease(view: DataView): boolean {
  for (let i = 0; i < TOKEN_BYTES; i += 4) if (view.getUint32(entryLayout.leaseToken + i) !== 0) return true;
  return false;
}

/** The lease slot; `undefined` when it is empty. */
export function readLease(view: DataView): StandingLease | undefined {
  if (!hasLease(view)) return undefined;
  let token = '';
  for (let i = 0; i < TOKEN_BYTES; i++) {
    token += view
      .getUint8(entryLayout.leaseToken + i)
      .toString(16)
      .padStart(2, '0');
  }
  return { token, until: view.getFloat64(entryLayout.leaseUntil, true) };
}
