import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { mismatch } from '@uno-cache/core/adapter';

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
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new TypeError(`${mismatch('directory', 'a directory that this process can write', path)}: ${why(cause)}`, {
      cause,
    });
  }
  return path;
}

function why(cause: unknown): string {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
}
