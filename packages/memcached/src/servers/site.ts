import type { Server } from './server.ts';

/** A server to run a command on, and what is known of it at that moment. */
export interface Site {
  readonly server: Server;
  /** What its records must have at least, to be valid. */
  readonly epoch: number;
  /**
   * Which servers it stands in for, and how often each of them had been given up by then; `''` when the key is its own.
   * What it took in their stead belongs to this absence of theirs alone: they may be there, and be changed, before the
   * next.
   */
  readonly instead: string;
}
