import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

type Color = readonly [red: number, green: number, blue: number];
type Matrix = readonly [Color, Color, Color];

const LINES = ['tier-1', 'tier-2', 'tier-3', 'tier-4', 'tier-5', 'tier-6', 'miss'];

/** How colours look without one of the three cones: Machado, Oliveira and Fernandes (2009), severity 1. */
const EYES: Readonly<Record<string, Matrix>> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no red cones': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'no green cones': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'no blue cones': [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const css = readFileSync(new URL('../../dashboard/style.css', import.meta.url), 'utf8');

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('in %s', (_, theme) => {
  const palette = new Map(
    [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name = '', ...colors]) => [
      name,
      linear(colors[theme] ?? ''),
    ]),
  );
  const colorOf = (name: string): Color => palette.get(name)!;

  test.each(LINES)('%s stands out from its ground', (name) => {
    expect(contrast(colorOf(name), colorOf('card'))).toBeGreaterThan(3);
  });

  test.each(Object.entries(EYES))('lines can be told from each other with %s', (_eyes, matrix) => {
    for (const [index, a] of LINES.entries()) {
      for (const b of LINES.slice(index + 1)) {
        const difference = distance(lab(seen(matrix, colorOf(a))), lab(seen(matrix, colorOf(b))));
        expect([a, b, difference > 12]).toEqual([a, b, true]);
      }
    }
  });
});

/** Of sRGB, as light adds up. */
function linear(hex: string): Color {
  const channel = (start: number): number => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** WCAG 2. */
function contrast(a: Color, b: Color): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: Color): number {
  return dot([0.2126, 0.7152, 0.0722], color);
}

function seen(matrix: Matrix, color: Color): Color {
  const channel = (row: Color): number => Math.min(1, Math.max(0, dot(row, color)));
  return [channel(matrix[0]), channel(matrix[1]), channel(matrix[2])];
}

/** CIELAB under D65. */
function lab(color: Color): Color {
  const root = (value: number): number => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116);
  const x = root(dot([0.4124, 0.3576, 0.1805], color) / 0.95047);
  const y = root(luminance(color));
  const z = root(dot([0.0193, 0.1192, 0.9505], color) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function distance(a: Color, b: Color): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function dot(a: Color, b: Color): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
