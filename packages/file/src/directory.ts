import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mismatch, randomToken } from '@uno-cache/core/adapter';

const OWNER_ONLY = 0o700;

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'a file is in the way',
  ENOTDIR: 'a file is in the way',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
};

/**
 * The directory as an absolute path; made, readable by its owner only, where there is none.
 *
 * @throws TypeError naming the option and the path, when it is no directory that this process can write.
 */
export function checkDirectory(directory: unknown): string {
  if (typeof directory !== 'string' || directory === '' || directory.includes('\0')) {
    throw new TypeError(mismatch('directory', 'the path of a directory', directory));
  }
  const path = resolve(directory);
  try {
    mkdirSync(path, { recursive: true, mode: OWNER_ONLY });
    if (!statSync(path).isDirectory()) throw new Error('it is not a directory');
    probe(path);
  } catch (cause) {
    throw new TypeError(`${mismatch('directory', 'a directory that this process can write', path)}: ${why(cause)}`, {
      cause,
    });
  }
  return path;
}

/** Asking for the rights is not enough: a file system may be read-only, or give them by other rules. */
function probe(path: string): void {
  readdirSync(path);
  const file = join(path, `probe-${randomToken()}`);
  try {
    closeSync(openSync(file, 'wx', 0o600));
    rmSync(file);
  } catch (error) {
    // That the disk is full today says nothing about the option.
    if (Object.hasOwn(REASONS, (error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function why(cause: unknown): string {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
}
