import type { Duration, Serializer, Tier } from '@uno-cache/core';
import { taggedJson } from '@uno-cache/core';
import {
  checkBoolean,
  checkName,
  checkOneOf,
  checkOptions,
  checkSerializer,
  durationMs,
} from '@uno-cache/core/adapter';
import { checkDirectory } from './directory.ts';
import type { Durability } from './durability.ts';
import { DURABILITIES } from './durability.ts';
import { FileTier } from './file-tier.ts';
import type { LimitOptions } from './space/limits.ts';
import { readLimits } from './space/limits.ts';

const DEFAULT_NAME = 'file';
const DEFAULT_DURABILITY: Durability = 'reboot';

export interface FileOptions extends LimitOptions {
  /** @defaultValue `'file'` */
  readonly name?: string;
  /** Where the entries are kept; made when it is not there. Processes that name the same directory share them. */
  readonly directory: string;
  /** For caches and regions that bring none. @defaultValue tagged JSON */
  readonly serializer?: Serializer;
  /** The longest time that an entry stays in this tier. @defaultValue none */
  readonly ttl?: Duration;
  /** What confirmed writes survive. @defaultValue `'reboot'` */
  readonly durability?: Durability;
  /** Whether the tier brings its `fileBus`, on which the processes of the host tell each other. @defaultValue `true` */
  readonly bus?: boolean;
}

const OPTION_NAMES: readonly (keyof FileOptions)[] = Object.freeze([
  'name',
  'directory',
  'maxBytes',
  'maxEntries',
  'maxValueBytes',
  'serializer',
  'ttl',
  'durability',
  'bus',
]);

/**
 * A bounded tier in a directory: entries outlive the process and are shared by all processes of the host that name the
 * same directory.
 *
 * @example
 * ```ts
 * import { mkdtempSync, rmSync } from 'node:fs';
 * import { createCache } from '@uno-cache/core';
 * import { file } from '@uno-cache/file';
 *
 * const directory = mkdtempSync('cache-');
 * const before = createCache({ name: 'shop', tiers: [file({ directory, maxBytes: '64mb' })] });
 * await before.set('city:1', { name: 'Oslo' });
 * await before.close();
 *
 * const after = createCache({ name: 'shop', tiers: [file({ directory, maxBytes: '64mb' })] });
 * console.log(await after.get('city:1'));
 * await after.close();
 * rmSync(directory, { recursive: true });
 * ```
 * @throws TypeError naming the option, what came and what is allowed; also for a directory that cannot be written.
 */
export function file(options: FileOptions): Tier {
  checkOptions('file()', options, OPTION_NAMES);
  const { name = DEFAULT_NAME, serializer = taggedJson, ttl, durability = DEFAULT_DURABILITY, bus = true } = options;
  checkName(name, 'name');
  checkSerializer(serializer, 'serializer');
  return new FileTier({
    name,
    ttlMs: ttl === undefined ? Infinity : durationMs(ttl, 'ttl'),
    durability: checkOneOf(durability, 'durability', DURABILITIES),
    limits: readLimits(options),
    bringsBus: checkBoolean(bus, 'bus'),
    serializer,
    directory: checkDirectory(options.directory),
  });
}
