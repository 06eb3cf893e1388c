import { spawnSync } from 'node:child_process';
import { exit, getuid, platform } from 'node:process';

/** Servers that tests start for themselves, and the Debian package that each is in. */
const servers = { 'redis-server': 'redis-server', memcached: 'memcached' } as const;

const missing = Object.entries(servers).filter(([program]) => !runs(program, '--version'));
if (missing.length > 0) install(missing.map(([, name]) => name));

const still = missing.filter(([program]) => !runs(program, '--version'));
if (still.length > 0) {
  console.error(
    `The tests start real servers, and ${still.map(([program]) => program).join(' and ')} cannot be found. Install:
  Debian, Ubuntu   sudo apt-get install ${Object.values(servers).join(' ')}
  Fedora           sudo dnf install redis memcached
  macOS            brew install redis memcached
Then run the tests again.`,
  );
  exit(1);
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

function runs(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
