import { spawnSync } from 'node:child_process';
import { exit, getuid, platform } from 'node:process';

/** A program that tests start for themselves, by whichever of its names; and the packages that it is in. */
interface Program {
  readonly names: readonly [string, ...string[]];
  readonly debian: string;
  readonly fedora: string;
  readonly brew: string;
}

const programs: readonly Program[] = [
  { names: ['redis-server'], debian: 'redis-server', fedora: 'redis', brew: 'redis' },
  { names: ['memcached'], debian: 'memcached', fedora: 'memcached', brew: 'memcached' },
  { names: ['prometheus'], debian: 'prometheus', fedora: 'golang-github-prometheus', brew: 'prometheus' },
  { names: ['promtool'], debian: 'prometheus', fedora: 'golang-github-prometheus', brew: 'prometheus' },
  {
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    debian: 'chromium',
    fedora: 'chromium',
    brew: 'chromium',
  },
];

const missing = programs.filter((program) => !isThere(program));
if (missing.length > 0) install(packages(missing, 'debian'));

const still = missing.filter((program) => !isThere(program));
if (still.length > 0) {
  console.error(
    `The tests start real programs, and ${still.map(({ names }) => names[0]).join(' and ')} cannot be found. Install:
  Debian, Ubuntu   sudo apt-get install ${packages(programs, 'debian').join(' ')}
  Fedora           sudo dnf install ${packages(programs, 'fedora').join(' ')}
  macOS            brew install ${packages(programs, 'brew').join(' ')}
Then run the tests again.`,
  );
  exit(1);
}

function packages(of: readonly Program[], system: 'debian' | 'fedora' | 'brew'): readonly string[] {
  return [...new Set(of.map((program) => program[system]))];
}

function install(names: readonly string[]): void {
  const privilege = getuid?.() === 0 ? [] : ['sudo', '--non-interactive'];
  if (platform !== 'linux' || !runs('apt-get', '--version')) return;
  if (privilege.length > 0 && !runs('sudo', '--non-interactive', 'true')) return;
  console.log(`Installing ${names.join(' and ')} for the tests.`);
  for (const task of [['update'], ['install', '--yes', '--no-install-recommends', ...names]]) {
    const [program, ...args] = [...privilege, 'apt-get', '-qq', ...task];
    spawnSync(program!, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

function isThere({ names }: Program): boolean {
  return names.some((name) => runs(name, '--version'));
}

function runs(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
