/**
 * @import { Standing } from '../src/server/point-recorder.ts'
 * @import { ComponentHealth } from '../src/health/health.ts'
 */
import { byId, keep, mark, write } from './element.js';
import { duration, many, since } from './format.js';
import { item, parts } from './list-item.js';

const STATUS = { up: 'Up', degraded: 'Degraded', down: 'Down' };

/** @param {Standing} snapshot */
export function showHealth({ health, stats }) {
  const components = Object.entries(health.components);
  keep(
    byId('health'),
    components,
    ([label]) => label,
    ([label]) => item(label),
    (element, [, component]) => {
      mark(element, 'data-status', component.status);
      const [badge, , aside, details] = parts(element);
      write(badge, STATUS[component.status]);
      write(aside, component.roundTripMs === undefined ? '' : `round trip ${duration(component.roundTripMs)}`);
      write(details, [...detailsOf(component), since(component.since, stats.at)].join(' · '));
    },
  );
}

/**
 * @param {ComponentHealth} component
 * @returns {string[]}
 */
function detailsOf(component) {
  const details = component.reason === undefined ? [] : [component.reason.replace(/\.$/, '')];
  if (component.kind === 'tier') {
    if (component.undelivered > 0) details.push(`${many(component.undelivered, 'invalidation')} kept for it`);
    return details;
  }
  if (component.lagMs !== undefined) details.push(`${duration(component.lagMs)} behind`);
  if (component.gaps > 0) details.push(many(component.gaps, 'gap'));
  if (component.unsent > 0) details.push(`${many(component.unsent, 'message')} not sent`);
  return details;
}
