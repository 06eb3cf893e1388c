import type { TierHost, TierReport } from '@uno-cache/core';

/** The caches that a report goes to, each once. Nobody tells when one closes: what else has forgotten it, this has too. */
export class Hosts {
  #hosts: readonly { readonly sender: string; readonly ref: WeakRef<TierHost> }[] = [];

  get isEmpty(): boolean {
    return this.#hosts.every(({ ref }) => ref.deref() === undefined);
  }

  /** @param host - kept alive by whoever is told; here that is its keyspace. */
  add(host: TierHost): void {
    const { sender } = host;
    const living = this.#hosts.filter(({ ref }) => ref.deref() !== undefined);
    const isKnown = living.some((each) => each.sender === sender);
    this.#hosts = isKnown ? living : [...living, { sender, ref: new WeakRef(host) }];
  }

  report(report: TierReport): void {
    for (const { ref } of this.#hosts) ref.deref()?.report(report);
  }
}
