import { spawn } from 'node:child_process';
import process, { argv, exit } from 'node:process';

// Runs a server for as long as the demo lives. The channel to the demo closes in every way in which that may end, also
// where it has no chance to clean up.
const [program = '', ...parameters] = argv.slice(2);
const server = spawn(program, parameters, { stdio: 'ignore' });
server.on('error', () => exit(127));
server.on('exit', (code) => exit(code ?? 0));
process.on('disconnect', () => server.kill('SIGKILL'));
