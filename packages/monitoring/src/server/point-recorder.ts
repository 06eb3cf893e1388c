import type { Timer } from '@uno-cache/core';
import type { Alert } from '../alerts/alert.ts';
import type { Analysis } from '../analysis/analysis.ts';
import type { Health } from '../health/health.ts';
import type { MonitorInternals } from '../monitor.ts';
import type { MonitorStats } from '../stats/monitor-stats.ts';
import type { History, Point } from './history.ts';
import { PointRing } from './history.ts';
import { pointBetween } from './point.ts';

const EVERY_MS = 1000;
/** Ten minutes. */
const CAPACITY = 600;
/** Percentiles of one second would jump about. */
const RECENT = '10s';
const WINDOW = '5m';
/** Every how many ticks what costs more is renewed: the analysis, and sizes that a tier has to be asked for. */
const SELDOM = 5;

/** How a cache stands. Keys are in it only if the monitor shows them; values never are. */
export interface Standing {
  readonly stats: MonitorStats;
  /** Of the last five minutes. */
  readonly analysis: Analysis;
  readonly health: Health;
  readonly alerts: readonly Alert[];
}

/** What `/stats` and a newly opened page are given. */
export interface Everything extends Standing {
  /** A point a second, for ten minutes. */
  readonly history: History;
}

/** What the page is told every second. */
export interface Tick extends Standing {
  readonly point: Point;
}

/** Looks at a monitor once a second, and keeps what the charts need. */
export class PointRecorder {
  readonly #monitor: MonitorInternals;
  readonly #ring = new PointRing(CAPACITY);
  readonly #onTick: (tick: Tick) => void;
  readonly #isWatched: () => boolean;
  #timer: Timer;
  #last: MonitorStats;
  #analysis: Analysis;
  #analyzedAt = 0;
  #asked: MonitorStats | undefined;
  #isAsking = false;
  #ticks = 0;
  #isClosed = false;

  /** @param isWatched - whether somebody looks: then tiers and buses are probed as often as ticks are told. */
  constructor(monitor: MonitorInternals, onTick: (tick: Tick) => void, isWatched: () => boolean) {
    this.#monitor = monitor;
    this.#onTick = onTick;
    this.#isWatched = isWatched;
    this.#last = monitor.getStats();
    this.#analysis = this.#analyze();
    this.#ask();
    this.#timer = this.#next();
  }

  everything(): Everything {
    if (this.#analyzedAt < this.#ticks) this.#analysis = this.#analyze();
    return { ...this.#standing(this.#stats()), history: this.#ring.columns() };
  }

  close(): void {
    this.#isClosed = true;
    this.#timer.cancel();
  }

  #next(): Timer {
    return this.#monitor.clock.setTimer(() => this.#tick(), EVERY_MS, true);
  }

  #tick(): void {
    this.#timer = this.#next();
    if (this.#isWatched()) void this.#monitor.checkHealth();
    if (++this.#ticks % SELDOM === 0) {
      this.#analysis = this.#analyze();
      this.#ask();
    }
    const stats = this.#stats();
    const point = pointBetween(this.#last, stats, this.#monitor.analyzePerformance({ window: RECENT }));
    this.#last = stats;
    this.#ring.push(point);
    this.#onTick({ ...this.#standing(stats), point });
  }

  #standing(stats: MonitorStats): Standing {
    return { stats, analysis: this.#analysis, health: this.#monitor.health, alerts: this.#monitor.alerts };
  }

  #analyze(): Analysis {
    this.#analyzedAt = this.#ticks;
    const analysis = this.#monitor.analyzePerformance({ window: WINDOW });
    return this.#monitor.showsKeys ? analysis : { ...analysis, topKeys: undefined, largestValues: [] };
  }

  /** Counters as they are now, and sizes that had to be asked for as they were. */
  #stats(): MonitorStats {
    const stats = this.#monitor.getStats();
    const asked = this.#asked;
    if (asked === undefined) return stats;
    const tiers = Object.entries(stats.tiers).map(([label, tier]) => {
      const known = asked.tiers[label];
      return [label, { ...tier, size: tier.size ?? known?.size, usage: tier.usage ?? known?.usage }];
    });
    const size = Object.entries(stats.size).map(([label, entries]) => [label, entries ?? asked.size[label]]);
    return { ...stats, tiers: Object.fromEntries(tiers), size: Object.fromEntries(size) };
  }

  #ask(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const done = (stats?: MonitorStats): void => {
      this.#isAsking = false;
      if (!this.#isClosed) this.#asked = stats;
    };
    this.#monitor.getStatsAsync().then(done, () => done());
  }
}
