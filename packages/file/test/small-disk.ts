import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { Connection } from '../src/sqlite/connection.ts';
import { tempDirectory } from './temp-directory.ts';

export interface SmallDisk {
  readonly directory: string;
  /** How the disk is kept small: a file system of its own, or where that is not allowed, a limit of the database. */
  readonly kind: 'tmpfs' | 'page limit';
  /** Takes what is left of the disk, as another program might. Nothing where there is only a limit. */
  fill(): void;
  /** Gives that back. */
  empty(): void;
}

/** A directory that takes so many megabytes and no more. */
export function smallDisk(megabytes: number): SmallDisk {
  const mountPoint = tempDirectory();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', mountPoint], { stdio: 'ignore' });
  } catch {
    limitPages(megabytes * 256);
    return { directory: mountPoint, kind: 'page limit', fill: () => {}, empty: () => {} };
  }
  onTestFinished(() => void execFileSync('umount', ['-l', mountPoint]));
  const filler = join(mountPoint, 'filler');
  return {
    directory: join(mountPoint, 'cache'),
    kind: 'tmpfs',
    fill: () => fill(filler, megabytes),
    empty: () => rmSync(filler, { force: true }),
  };
}

/** Never writes more than the whole of the small disk, should it be another after all. */
function fill(path: string, megabytes: number): void {
  const chunk = Buffer.alloc(4096);
  try {
    for (let chunks = 0; chunks <= megabytes * 256; chunks++) writeFileSync(path, chunk, { flag: 'a' });
  } catch {
    // The disk is full.
  }
}

function limitPages(pages: number): void {
  const limited = new WeakSet<Connection>();
  const write = Connection.prototype.write;
  vi.spyOn(Connection.prototype, 'write').mockImplementation(function (this: Connection, operation) {
    if (!limited.has(this)) this.exec(`PRAGMA max_page_count=${pages}`);
    limited.add(this);
    return write.call(this, operation);
  });
  onTestFinished(() => void vi.restoreAllMocks());
}
