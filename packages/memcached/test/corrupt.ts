import { physicalKey } from '@uno-cache/core/adapter';
import type { CorruptTarget } from '@uno-cache/core/testing';
import { wireKey } from '../src/items/wire-key.ts';
import type { TestServer } from './start-server.ts';

const SPOILED: Readonly<Record<CorruptTarget['kind'], (bytes: Buffer) => Buffer>> = {
  truncated: (bytes) => bytes.subarray(0, -3),
  foreign: () => Buffer.from(`<!doctype html>\r\nEND\r\nVALUE x 0 5\r\n<title>502</title>${' '.repeat(200)}`),
  flipped: (bytes) => Buffer.from(bytes.map((byte, index) => (index === bytes.length - 10 ? byte ^ 4 : byte))),
  empty: () => Buffer.alloc(0),
};

/** What the suite asks for to spoil bytes, on whichever of the servers has them. */
export async function corruptAt(servers: readonly TestServer[], target: CorruptTarget): Promise<boolean> {
  const key = wireKey('', '', physicalKey(target, target.key));
  for (const server of servers) {
    const answer = await server.say(`get ${key}`, 'END\r\n');
    if (!answer.startsWith('VALUE')) continue;
    const bytes = Buffer.from(answer.slice(answer.indexOf('\r\n') + 2, -'\r\nEND\r\n'.length), 'latin1');
    const spoiled = SPOILED[target.kind](bytes);
    await server.say(`set ${key} 0 0 ${spoiled.length}\r\n${spoiled.toString('latin1')}`);
    return true;
  }
  return false;
}
