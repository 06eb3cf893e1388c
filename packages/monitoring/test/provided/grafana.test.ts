import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { exportedNames, namesIn } from './exported-names.ts';
import { promtool } from './promtool.ts';

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

const dashboard = JSON.parse(
  readFileSync(new URL('../../grafana/uno-cache.json', import.meta.url), 'utf8'),
) as Dashboard;
const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

test('every panel but the titles of rows asks for something', () => {
  const silent = dashboard.panels.filter(({ type, targets = [] }) => type !== 'row' && targets.length === 0);
  expect(silent).toEqual([]);
  expect(expressions.length).toBeGreaterThan(30);
});

test('it names what a monitor exports, and nearly all of it', async () => {
  const exported = await exportedNames();
  const named = new Set(expressions.flatMap(namesIn));
  expect([...named].filter((name) => !exported.has(name))).toEqual([]);
  const unseen = [...exported].filter((name) => !named.has(name) && !/_(sum|count)$/.test(name));
  expect(unseen).toEqual([]);
});

test('every expression keeps to the variables, and there are no others', () => {
  const known = new Set([...dashboard.templating.list.map(({ name }) => `$${name}`), '$__rate_interval']);
  for (const expression of expressions) {
    expect(expression).toContain('cache=~"$cache"');
    expect((expression.match(/\$\w+/g) ?? []).filter((name) => !known.has(name))).toEqual([]);
  }
});

test('promtool understands every expression', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uno-cache-grafana-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const rules = expressions.map((expression, index) => ({
    record: `panel_${index}`,
    expr: expression.replaceAll('$__rate_interval', '1m').replaceAll(/\$\w+/g, '.*'),
  }));
  // YAML takes JSON.
  writeFileSync(join(folder, 'rules.yml'), JSON.stringify({ groups: [{ name: 'panels', rules }] }));
  expect(await promtool('check', 'rules', join(folder, 'rules.yml'))).toContain('SUCCESS');
});

test('panels have numbers of their own, and do not overlap', () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const [index, { gridPos: a, title }] of panels.entries()) {
    expect(a.x + a.w).toBeLessThanOrEqual(24);
    for (const { gridPos: b } of panels.slice(index + 1)) {
      const isApart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
      expect([title, isApart]).toEqual([title, true]);
    }
  }
});
