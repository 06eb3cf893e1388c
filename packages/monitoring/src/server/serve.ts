import type { MonitorInternals } from '../monitor.ts';

export interface ServeOptions {
  /** `0` takes a free one. @defaultValue 9090 */
  readonly port?: number;
  /** @defaultValue '127.0.0.1' */
  readonly host?: string;
  /** What requests have to bring; needed on every host but loopback. */
  readonly token?: string;
}

export interface MonitorServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export async function serve(_monitor: MonitorInternals, _options: ServeOptions): Promise<MonitorServer> {
  throw new Error('not there yet');
}
