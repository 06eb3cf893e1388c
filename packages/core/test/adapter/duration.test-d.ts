import type { ByteSize, Duration } from '../../src/adapter/index.ts';

export const durations: Duration[] = [1, 0.5, Number.POSITIVE_INFINITY, '250ms', '10s', '5m', '1.5h', '7d'];
export const sizes: ByteSize[] = [1024, '512b', '64kb', '1.5mb', '2gb'];

// @ts-expect-error a unit that there is not
export const minutes: Duration = '10 min';
// @ts-expect-error no unit
export const bare: Duration = '10';
// @ts-expect-error no number
export const unit: Duration = 'ms';
// @ts-expect-error capital letters
export const capital: ByteSize = '64KB';
// @ts-expect-error not a duration's unit
export const bytes: Duration = '64kb';
