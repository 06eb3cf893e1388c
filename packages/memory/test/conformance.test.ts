import { tierSuite } from '@uno-cache/core/testing';
import { describe, it } from 'vitest';
import { memory } from '../src/index.ts';

const tooLarge = (): unknown => 'x'.repeat(2_000_000);

for (const policy of ['w-tinylfu', 's3-fifo', 'lru'] as const) {
  describe(`memory({ policy: '${policy}' })`, () => {
    tierSuite({ describe, it }, { create: () => memory({ policy, maxBytes: '1mb' }), tooLarge });
  });
}
