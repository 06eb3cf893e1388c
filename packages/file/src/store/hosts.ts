import type { TierHost, TierReport } from '@uno-cache/core';

/** Caches that are told; of more, those that opened last. */
const MOST_HOSTS = 16;

/** The caches that a report goes to, each once. */
export class Hosts {
  readonly #hosts: TierHost[] = [];

  get isEmpty(): boolean {
    return this.#hosts.length === 0;
  }

  add(host: TierHost): void {
    if (this.#hosts.some(({ sender }) => sender === host.sender)) return;
    if (this.#hosts.length >= MOST_HOSTS) this.#hosts.shift();
    this.#hosts.push(host);
  }

  report(report: TierReport): void {
    for (const host of this.#hosts) host.report(report);
  }
}
