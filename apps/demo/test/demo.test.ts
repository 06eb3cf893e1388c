import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { demo } from '../src/demo.ts';
import type { Terminal } from '../src/report/terminal.ts';
import { TemporaryFolder } from './sample.ts';

const options = {
  help: false,
  sharing: undefined,
  chaos: false,
  load: true,
  stay: false,
  requests: 200,
  ports: { service: 0, dashboard: 0 },
};

/** A terminal that tells `onWrite` all that it has shown so far. */
function recorder(interactive: boolean, onWrite: (shown: string) => void): Terminal {
  let shown = '';
  const write = (text: string): void => {
    shown += text;
    onWrite(shown);
  };
  return { interactive, unicode: interactive, write, style: (_, text) => text };
}

test('on a terminal the service stays up after its load, until it is told to end', async () => {
  using folder = await TemporaryFolder.withSample();
  const interruption = new AbortController();
  const invited = Promise.withResolvers<string>();
  const terminal = recorder(true, (shown) => {
    const url = /The service is at (\S+)/.exec(shown)?.[1];
    if (url) invited.resolve(url);
  });

  const running = demo({ ...options, data: folder.path }, terminal, interruption.signal);
  const url = await invited.promise;
  const answer = await fetch(`${url}/cities/2988507`);
  expect(await answer.json()).toMatchObject({ name: 'Paris' });

  interruption.abort();
  expect(await running).toBe(true);
  await expect(fetch(url)).rejects.toThrow();
});

test('answers that are wrong are told, and are the end of it', async () => {
  using folder = await TemporaryFolder.withSample();
  let shown = '';
  const terminal = recorder(true, (text) => {
    if (text.endsWith('Load, warm cache')) editBehindTheCache(folder.database);
    shown = text;
  });

  expect(await demo({ ...options, data: folder.path }, terminal, new AbortController().signal)).toBe(false);
  expect(shown).toMatch(/\d+ FAILED\.\n/);
  expect(shown).toMatch(/ {2}\/\S+ differs: cache .+\n$/);
});

function editBehindTheCache(file: string): void {
  using database = new DatabaseSync(file);
  database.exec("UPDATE city SET name = name || '!'");
}
