import { createHash } from 'node:crypto';
import type { ServerAddress } from './server-list.ts';
import { DEFAULT_PORT } from './server-list.ts';

/** Points of a server of average weight, in hashes of four. */
const HASHES_PER_SERVER = 40;
const POINTS_PER_HASH = 4;

interface Point {
  readonly at: number;
  readonly server: number;
}

/**
 * Consistent hashing as libketama does it: each server has points on a circle, in proportion to its weight, and a key
 * belongs to the server of the next point. One server more or less moves only the keys that it gets or had.
 */
export class KetamaRing {
  readonly #points: readonly Point[];

  constructor(servers: readonly ServerAddress[]) {
    const total = servers.reduce((sum, { weight }) => sum + weight, 0);
    const points = servers.flatMap((server, index) =>
      pointsOf(server, index, (server.weight / total) * servers.length),
    );
    this.#points = points.sort((a, b) => a.at - b.at || a.server - b.server);
  }

  /**
   * The number of the server that the key belongs to; -1 when none is up.
   *
   * @param isUp - the key of a server that is not goes to the one of the next point.
   */
  serverOf(key: string, isUp: (server: number) => boolean): number {
    const points = this.#points;
    const start = this.#next(createHash('md5').update(key).digest().readUInt32LE(0));
    for (let step = 0; step < points.length; step++) {
      const { server } = points[(start + step) % points.length]!;
      if (isUp(server)) return server;
    }
    return -1;
  }

  #next(hash: number): number {
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#points[middle]!.at < hash) low = middle + 1;
      else high = middle;
    }
    return low % this.#points.length;
  }
}

/** A server keeps at least one hash, however little it weighs. */
function pointsOf({ name, host, port }: ServerAddress, server: number, share: number): Point[] {
  const label = port === DEFAULT_PORT ? host : name;
  const points: Point[] = [];
  for (let hash = 0; hash < Math.max(1, Math.floor(share * HASHES_PER_SERVER)); hash++) {
    const digest = createHash('md5').update(`${label}-${hash}`).digest();
    for (let part = 0; part < POINTS_PER_HASH; part++) points.push({ at: digest.readUInt32LE(4 * part), server });
  }
  return points;
}
