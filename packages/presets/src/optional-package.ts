import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * A package that an application installs only if it uses it, loaded at the moment when it does. Synchronously, so that a
 * preset can answer with options: Node requires ES modules, as long as none of them awaits at its top level.
 *
 * @throws TypeError saying what to install.
 */
export function optionalPackage<M>(specifier: string, option: string, owner: string): M {
  try {
    require.resolve(specifier);
  } catch (cause) {
    const factory = specifier.slice(specifier.indexOf('/') + 1);
    throw new TypeError(
      `${owner}: ${option} needs the package ${specifier}, which cannot be found. Install it (npm install ${specifier}), ` +
        `or give what ${factory}() of it makes: bundlers can follow that.`,
      { cause },
    );
  }
  return require(specifier) as M;
}
