import type { IncomingMessage } from 'node:http';
import type { MonitorInternals } from '../monitor.ts';
import type { PageFiles } from './page-files.ts';
import type { PointRecorder } from './point-recorder.ts';
import type { Reply } from './reply.ts';
import { json, text } from './reply.ts';

/** What the addresses answer, but for `/events`. */
export class Routes {
  readonly #monitor: MonitorInternals;
  readonly #recorder: PointRecorder;
  readonly #files: PageFiles;

  constructor(monitor: MonitorInternals, recorder: PointRecorder, files: PageFiles) {
    this.#monitor = monitor;
    this.#recorder = recorder;
    this.#files = files;
  }

  async reply(path: string, request: IncomingMessage): Promise<Reply> {
    switch (path) {
      case '/metrics':
        return { type: this.#monitor.registry.contentType, body: await this.#monitor.registry.metrics() };
      case '/health':
        return this.#health();
      case '/ready':
        return this.#ready();
      case '/stats':
        return json(this.#recorder.everything());
      default:
        return this.#files.has(path) ? this.#files.reply(path, request) : text(`There is nothing at ${path}.`, 404);
    }
  }

  async #health(): Promise<Reply> {
    const health = await this.#monitor.checkHealth();
    return json(health, health.liveness.ok ? 200 : 503);
  }

  async #ready(): Promise<Reply> {
    const { readiness } = await this.#monitor.checkHealth();
    return json(readiness, readiness.ok ? 200 : 503);
  }
}
