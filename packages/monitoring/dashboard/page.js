/**
 * @import { Everything } from '../src/server/point-recorder.ts'
 */

import { showAdvice } from './advice.js';
import { showAlerts } from './alerts.js';
import { Connection } from './connection.js';
import { redrawCurve, showCurve } from './curve-chart.js';
import { byId, mark, write } from './element.js';
import { since, time } from './format.js';
import { showHealth } from './health.js';
import { append } from './history.js';
import { showLife } from './life.js';
import { forgetColors } from './palette.js';
import { showTables } from './tables.js';
import { startTheme } from './theme.js';
import { showTiles } from './tiles.js';
import { redrawTimeCharts, showTimeCharts } from './time-charts.js';

const OVERALL = { up: 'All good', degraded: 'Degraded', down: 'Down' };

/** @type {Everything | undefined} */
let everything;
let seconds = 300;

const connection = new Connection({
  everything: (news) => {
    everything = news;
    connected();
    show();
  },
  tick: (tick) => {
    if (everything === undefined) return;
    everything = { ...tick, history: everything.history };
    append(everything.history, tick.point);
    show();
  },
  lost: () => {
    mark(byId('live'), 'data-state', 'lost');
    write(byId('live-text'), 'Not connected');
    write(
      byId('banner-text'),
      `The connection is lost${everything === undefined ? '' : `; this is how things were at ${time(everything.stats.at)}`}. Trying again …`,
    );
    byId('banner').hidden = false;
    announce('The connection is lost.');
  },
});

byId('retry').addEventListener('click', () => connection.open());
byId('span').addEventListener('change', (event) => {
  seconds = Number(/** @type {HTMLInputElement} */ (event.target).value);
  show();
});
startTheme(() => {
  forgetColors();
  redrawTimeCharts();
  redrawCurve();
});

function connected() {
  mark(byId('live'), 'data-state', 'live');
  write(byId('live-text'), 'Live');
  if (!byId('banner').hidden) announce('Connected again.');
  byId('banner').hidden = true;
}

function show() {
  if (everything === undefined) return;
  const { stats, health } = everything;
  write(byId('cache-name'), stats.cache);
  write(byId('uptime'), `Watched ${since(stats.since, stats.at)}`);
  const overall = byId('overall');
  if (overall.dataset.status !== 'unknown' && overall.dataset.status !== health.status)
    announce(`The cache is ${OVERALL[health.status].toLowerCase()}.`);
  mark(overall, 'data-status', health.status);
  write(overall, health.readiness.ok ? OVERALL[health.status] : `${OVERALL[health.status]}, not ready`);
  document.title = `${health.status === 'up' ? '' : `${OVERALL[health.status]}: `}${stats.cache} · uno-cache`;
  showTiles(everything, seconds);
  showHealth(everything);
  showAlerts(everything);
  showAdvice(everything);
  showTimeCharts(everything, seconds);
  showCurve(everything);
  showTables(everything);
  showLife(everything);
}

/**
 * For those who do not see the page. Only what matters much.
 *
 * @param {string} text
 */
function announce(text) {
  write(byId('announcement'), text);
}
