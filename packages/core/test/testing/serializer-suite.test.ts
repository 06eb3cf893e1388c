import { describe, it } from 'vitest';
import { taggedJson } from '../../src/serializer/tagged-json.ts';
import { serializerSuite } from '../../src/testing/index.ts';

describe('the default serializer', () => {
  serializerSuite({ describe, it }, { create: () => taggedJson });
});
