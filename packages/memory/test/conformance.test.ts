import { taggedJson } from '@uno-cache/core';
import { tierSuite } from '@uno-cache/core/testing';
import { describe, it } from 'vitest';
import type { MemoryOptions } from '../src/index.ts';
import { memory } from '../src/index.ts';

const KINDS: readonly MemoryOptions[] = [
  {},
  { policy: 's3-fifo' },
  { policy: 'lru' },
  { isolation: 'clone' },
  { isolation: 'freeze' },
  { serializer: taggedJson },
];

describe.each(KINDS)('memory(%o)', (options) => {
  tierSuite(
    { describe, it },
    {
      create: () => memory({ ...options, maxBytes: '1mb' }),
      tooLarge: () => 'x'.repeat(2_000_000),
      isolates: options.isolation === 'clone',
    },
  );
});
