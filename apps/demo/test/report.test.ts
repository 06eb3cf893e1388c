import { describe, expect, test } from 'vitest';
import { barChart } from '../src/report/bar-chart.ts';
import { milliseconds, percent } from '../src/report/figures.ts';
import { percentiles } from '../src/report/percentiles.ts';
import { Progress } from '../src/report/progress.ts';
import { table } from '../src/report/table.ts';
import type { Terminal } from '../src/report/terminal.ts';
import { terminal } from '../src/report/terminal.ts';

test('percentiles are values that occurred', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentiles(hundred)).toEqual({ p50: 50, p95: 95, p99: 99, max: 100 });
  expect(percentiles([7])).toEqual({ p50: 7, p95: 7, p99: 7, max: 7 });
  const none = undefined;
  expect(percentiles([])).toEqual({ p50: none, p95: none, p99: none, max: none });
});

test('a table has its labels at the left and its figures at the right', () => {
  expect(
    table([
      ['', 'cold', 'warm'],
      ['requests', '20,000', '5'],
      ['zürich', '1'],
    ]),
  ).toEqual(['            cold  warm', 'requests  20,000     5', 'zürich         1']);
});

describe('a chart', () => {
  const bars = [
    { label: 'without', value: 80, text: '80' },
    { label: 'with', value: 1, text: '1.00' },
    { label: 'none', value: 0, text: '0' },
  ];

  test('in blocks, to the eighth', () => {
    expect(barChart(bars, 20, true)).toEqual([
      'without    80  ████████████████████',
      'with     1.00  ▎',
      'none        0',
    ]);
  });

  test('in ASCII, where nothing but nothing is drawn as nothing', () => {
    expect(barChart(bars, 20, false)).toEqual([
      'without    80  ####################',
      'with     1.00  #',
      'none        0',
    ]);
  });

  test('of zeros', () => {
    expect(barChart([{ label: 'a', value: 0, text: '0' }], 20, true)).toEqual(['a  0']);
  });
});

test('figures have as many digits as say something', () => {
  expect([1234.5, 45.67, 1.234, 0, undefined].map(milliseconds)).toEqual(['1,235', '45.7', '1.23', '0.00', '-']);
  expect([percent(1, 3), percent(0, 5), percent(0, 0)]).toEqual(['33.3 %', '0.0 %', '-']);
});

function screen(isTTY: boolean, environment: Record<string, string>): { terminal: Terminal; text: () => string } {
  let text = '';
  const stream = { isTTY, write: (chunk: string) => (text += chunk) };
  return { terminal: terminal(stream, environment), text: () => text };
}

describe('a terminal', () => {
  test.each([
    [true, { LANG: 'en_US.UTF-8' }, true, true, true],
    [true, { LC_ALL: 'C', LANG: 'en_US.UTF-8' }, true, false, true],
    [true, { LC_CTYPE: 'de_DE.utf8' }, true, true, true],
    [true, {}, true, false, true],
    [true, { LANG: 'en_US.UTF-8', NO_COLOR: '1' }, true, true, false],
    [true, { LANG: 'en_US.UTF-8', TERM: 'dumb' }, false, false, false],
    [false, { LANG: 'en_US.UTF-8' }, false, false, false],
  ])('TTY %s with %o', (isTTY, environment, interactive, unicode, colours) => {
    const { terminal } = screen(isTTY, environment);
    expect({ interactive: terminal.interactive, unicode: terminal.unicode }).toEqual({ interactive, unicode });
    expect(terminal.style('bold', 'x')).toBe(colours ? '\u001B[1mx\u001B[22m' : 'x');
  });

  test('shows progress in one line that is gone afterwards', async () => {
    const { terminal, text } = screen(true, {});
    {
      using progress = new Progress(terminal, 'Work');
      progress.show(0.5);
      expect(text()).toBe('Work\r\u001B[2KWork  ###############...............  50 %');
      expect(await progress.follow(Promise.resolve('done'), () => Promise.resolve(1))).toBe('done');
    }
    expect(text().endsWith('\r\u001B[2K')).toBe(true);
  });

  test('elsewhere progress is a single line', () => {
    const { terminal, text } = screen(false, {});
    using progress = new Progress(terminal, 'Work');
    progress.show(0.5);
    expect(text()).toBe('Work\n');
  });
});
