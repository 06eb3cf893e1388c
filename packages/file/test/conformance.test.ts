import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { busSuite, tierSuite } from '@uno-cache/core/testing';
import { describe, it } from 'vitest';
import { file, threadBus } from '../src/index.ts';
import { corruptRow } from './corrupt-row.ts';
import { interruptibleBus } from './interruptible-bus.ts';

const directoryOf = ({ namespace }: { namespace: string }): string => join(tmpdir(), `uno-cache-file-${namespace}`);
const cleanUp = (context: { namespace: string }): void =>
  rmSync(directoryOf(context), { recursive: true, force: true });

describe('file()', () => {
  const create = (context: { namespace: string }) => file({ directory: directoryOf(context), maxBytes: '8mb' });
  const corrupt = corruptRow(directoryOf);
  tierSuite({ describe, it }, { create, corrupt, tooLarge: () => 'x'.repeat(2_000_000), cleanUp });
});

describe('fileBus()', () => {
  const { create, interrupt } = interruptibleBus(directoryOf);
  busSuite({ describe, it }, { create, interrupt, cleanUp });
});

describe('threadBus()', () => {
  busSuite({ describe, it }, { create: ({ namespace }) => threadBus({ channel: namespace }) });
});
