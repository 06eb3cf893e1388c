import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DataFolder, FolderBusyError } from '../src/cities/data-folder.ts';
import { TemporaryFolder } from './sample.ts';

test('is made where it is missing, and belongs to one demo at a time', () => {
  using temporary = new TemporaryFolder();
  const path = join(temporary.path, 'not/yet');
  {
    using folder = new DataFolder(path);
    expect(folder.database).toBe(join(path, 'cities.db'));
    expect(() => new DataFolder(path)).toThrow(FolderBusyError);
    expect(() => new DataFolder(path)).toThrow(/Another demo is running on .*--data/);
  }
  using _ = new DataFolder(path);
});

test('other troubles with the folder keep their own message', () => {
  using temporary = new TemporaryFolder();
  writeFileSync(join(temporary.path, 'file'), '');
  expect(() => new DataFolder(join(temporary.path, 'file'))).toThrow(/EEXIST|ENOTDIR/);
  mkdirSync(join(temporary.path, 'demo.lock'));
  expect(() => new DataFolder(temporary.path)).toThrow(/unable to open/);
});
