import type { TierHost, TierReport } from '../ports/tier.ts';

/**
 * The caches that have a tier open, and that its reports go to, each once however many regions it has. Nobody tells a tier
 * when one of them closes, so they are held weakly: what else has forgotten one, this has too.
 */
export class Hosts {
  #hosts: readonly { readonly sender: string; readonly ref: WeakRef<TierHost> }[] = [];

  /** Whether none of them is left. */
  get isEmpty(): boolean {
    return this.#hosts.every(({ ref }) => ref.deref() === undefined);
  }

  /** @param host - kept alive by its keyspace, which has to hold it. */
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
