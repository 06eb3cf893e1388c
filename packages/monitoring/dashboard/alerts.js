/**
 * @import { Standing } from '../src/server/point-recorder.ts'
 * @import { Alert } from '../src/alerts/alert.ts'
 */
import { byId, keep, mark, write } from './element.js';
import { lapse, time } from './format.js';
import { item, parts, showNothing } from './list-item.js';

const STATE = { firing: 'Firing', pending: 'Pending', resolved: 'Resolved' };
const RESOLVED_SHOWN = 5;

/** @param {Standing} snapshot */
export function showAlerts({ alerts, stats }) {
  const open = alerts.filter(({ state }) => state !== 'resolved').sort((a, b) => rank(a) - rank(b));
  const shown = [...open, ...alerts.filter(({ state }) => state === 'resolved').slice(0, RESOLVED_SHOWN)];
  const list = byId('alerts');
  if (shown.length === 0) return showNothing(list, 'No alert. Nothing to do.');
  keep(
    list,
    shown,
    ({ name, tier, region, since }) => JSON.stringify([name, tier, region, since]),
    ({ name }) => item(name),
    (element, alert) => {
      mark(element, 'data-status', alert.state === 'firing' ? alert.severity : alert.state);
      const [badge, , aside, details] = parts(element);
      write(badge, STATE[alert.state]);
      const { severity, resolvedAt } = alert;
      write(
        aside,
        resolvedAt === undefined ? `${severity}, for ${lapse(stats.at - alert.since)}` : `at ${time(resolvedAt)}`,
      );
      write(details, alert.text);
    },
  );
}

/** @param {Alert} alert */
function rank({ state, severity }) {
  return (state === 'firing' ? 0 : 10) + ['critical', 'warning', 'info'].indexOf(severity);
}
