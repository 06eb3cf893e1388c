import type { Group } from '../suite.ts';
import type { BusTest } from './bus-test.ts';
import { content } from './content.ts';
import { delivery } from './delivery.ts';
import { gaps } from './gaps.ts';
import { lifecycle } from './lifecycle.ts';

export const busGroups: readonly Group<BusTest>[] = [delivery, content, gaps, lifecycle];
