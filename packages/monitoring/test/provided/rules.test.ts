import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { exportedNames, namesIn } from './exported-names.ts';
import { promtool } from './promtool.ts';

const RULES = fileURLToPath(new URL('../../rules/uno-cache.rules.yml', import.meta.url));
const CASES = fileURLToPath(new URL('rules.promtool.yml', import.meta.url));

test('promtool accepts the rules', async () => {
  expect(await promtool('check', 'rules', '--lint=all', '--lint-fatal', RULES)).toContain('SUCCESS');
});

test('each fires when it should, and not else', async () => {
  expect(await promtool('test', 'rules', CASES)).toContain('SUCCESS');
});

test('each has a case', () => {
  const alerts = readFileSync(RULES, 'utf8').match(/(?<=alert: )\w+/g);
  const tried = new Set(readFileSync(CASES, 'utf8').match(/(?<=alertname: )\w+/g));
  expect(alerts?.length).toBeGreaterThan(10);
  expect(alerts?.filter((name) => !tried.has(name))).toEqual([]);
});

test('they name what a monitor exports', async () => {
  const exported = await exportedNames();
  const expressions = readFileSync(RULES, 'utf8').replace(/^\s*(#|summary|description).*$/gm, '');
  const names = namesIn(expressions);
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !exported.has(name))).toEqual([]);
});
