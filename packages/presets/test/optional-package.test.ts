import { describe, expect, it } from 'vitest';
import { optionalPackage } from '../src/optional-package.ts';

describe('optionalPackage()', () => {
  it('loads what is installed, at once', () => {
    const { redis } = optionalPackage<typeof import('@uno-cache/redis')>('@uno-cache/redis', 'redis', 'here()');
    expect(redis).toBeTypeOf('function');
  });

  it('says what to install, and what else can be done', () => {
    const load = () => optionalPackage('@uno-cache/absent', 'redis', 'productionDefaults()');
    expect(load).toThrow(TypeError);
    expect(load).toThrow(/^productionDefaults\(\): redis needs the package @uno-cache\/absent/);
    expect(load).toThrow(/npm install @uno-cache\/absent/);
    expect(load).toThrow(/give what absent\(\) of it makes/);
  });
});
