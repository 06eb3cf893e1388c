import { expect, test } from 'vitest';
import { LatencyBook } from '../../src/latency/latency-book.ts';
import { Timeline } from '../../src/window/timeline.ts';

test('a window is made of whole slices, and says which', () => {
  const timeline = new Timeline(0, 10, 5);
  expect(timeline.window(100, 4)).toEqual({ from: 0, to: 4, isClipped: true, closedSlices: 0 });
  for (const now of [10, 20, 30]) timeline.rotate(now);
  expect(timeline.window(10, 34)).toEqual({ from: 20, to: 34, isClipped: false, closedSlices: 1 });
  expect(timeline.window(14, 34)).toEqual({ from: 20, to: 34, isClipped: false, closedSlices: 1 });
  expect(timeline.window(34, 34)).toEqual({ from: 0, to: 34, isClipped: false, closedSlices: 3 });
  expect(timeline.window(Infinity, 34)).toEqual({ from: 0, to: 34, isClipped: true, closedSlices: 3 });
});

test('only so many slices are kept', () => {
  const timeline = new Timeline(0, 10, 2);
  for (const now of [10, 20, 30, 40]) timeline.rotate(now);
  expect(timeline.window(1000, 45)).toEqual({ from: 20, to: 45, isClipped: true, closedSlices: 2 });
});

test('a slice is over after its time; a clock that was set back ends none', () => {
  const timeline = new Timeline(100, 10, 5);
  expect(timeline.isOver(109)).toBe(false);
  expect(timeline.isOver(110)).toBe(true);
  expect(timeline.isOver(0)).toBe(false);
  timeline.rotate(50);
  expect(timeline.window(5, 50)).toMatchObject({ from: 100, to: 100 });
});

test('durations are told of the slices that are asked for, and no others', () => {
  const book = new LatencyBook(2);
  book.series('memory', 'get').record(1, 1);
  book.rotate();
  book.series('memory', 'get').record(10, 1);
  book.rotate();
  book.series('memory', 'set').record(100, 1);
  expect(book.ofTier('memory', 0)).toMatchObject({ count: 0, operations: { set: { count: 1 } } });
  expect(book.ofTier('memory', 1)).toMatchObject({ count: 1, max: 10 });
  expect(book.ofTier('memory', 2)).toMatchObject({ count: 2, max: 10, operations: { get: { count: 2 } } });
  for (let slice = 0; slice < 3; slice++) book.rotate();
  expect(book.ofTier('memory', 2)).toMatchObject({ count: 0, operations: { set: { count: 0 } } });
  expect(book.ofTier('nobody', 2)).toMatchObject({ count: 0, operations: {} });
});

test('reads are what answers lookups; operations beyond a limit share a series', () => {
  const book = new LatencyBook(2);
  for (const operation of ['get', 'getMany', 'set']) book.series('redis', operation).record(1, 1);
  expect(book.ofTier('redis', 0).count).toBe(2);
  for (let index = 0; index < 100; index++) book.series('redis', `operation ${index}`).record(1, 1);
  expect(Object.keys(book.ofTier('redis', 0).operations)).toHaveLength(33);
  expect(book.ofTier('redis', 0).operations.other?.count).toBe(71);
});
