import { describe, it } from 'vitest';
import { taggedJson } from '../../src/adapter/index.ts';
import { serializerSuite } from '../../src/testing/index.ts';

describe('taggedJson', () => serializerSuite({ describe, it }, { create: () => taggedJson }));
