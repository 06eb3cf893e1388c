/**
 * @import { Snapshot } from '../src/server/recorder.ts'
 * @import { Alert } from '../src/alerts/alert.ts'
 * @import { ComponentHealth } from '../src/health/health.ts'
 */
import { byId, h, keep, mark, write } from './element.js';
import { count, duration, lapse, percent, since, time } from './format.js';

const STATUS = { up: 'Up', degraded: 'Degraded', down: 'Down' };
const STATE = { firing: 'Firing', pending: 'Pending', resolved: 'Resolved' };
const RESOLVED_SHOWN = 5;

/** @param {Snapshot} snapshot */
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
    if (component.undelivered > 0) details.push(`${count(component.undelivered)} invalidations wait for it`);
    return details;
  }
  if (component.lagMs !== undefined) details.push(`${duration(component.lagMs)} behind`);
  if (component.gaps > 0) details.push(`${count(component.gaps)} ${component.gaps === 1 ? 'gap' : 'gaps'}`);
  if (component.unsent > 0) details.push(`${count(component.unsent)} messages not sent`);
  return details;
}

/** @param {Snapshot} snapshot */
export function showAlerts({ alerts, stats }) {
  const open = alerts.filter(({ state }) => state !== 'resolved').sort((a, b) => rank(a) - rank(b));
  const shown = [...open, ...alerts.filter(({ state }) => state === 'resolved').slice(0, RESOLVED_SHOWN)];
  const list = byId('alerts');
  if (shown.length === 0) return nothing(list, 'No alert. Nothing to do.');
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

/** @param {Snapshot} snapshot */
export function showAdvice({ analysis }) {
  const list = byId('advice');
  if (analysis.advice.length === 0) return nothing(list, 'Nothing to change, as far as can be told by now.');
  keep(
    list,
    analysis.advice,
    ({ kind, tier, region }) => JSON.stringify([kind, tier, region]),
    () => h('li'),
    (element, { text }) => write(element, text),
  );
}

/** @type {readonly (readonly [text: string, share: (analysis: Snapshot['analysis']) => number])[]} */
const LIFE = [
  ['of the entries that ended were never looked up', ({ life }) => life.oneHitWonders],
  ['of the expired entries were never looked up', ({ life }) => life.expiredBeforeReuse],
  ['of the evicted entries were still fresh', ({ evictedBeforeExpiry }) => evictedBeforeExpiry],
  ['of the loads gave what had just expired', ({ life }) => life.unchangedLoads],
  ['of the lookups: the source has nothing', ({ negativeShare }) => negativeShare],
];

/** @param {Snapshot} snapshot */
export function showLife({ analysis }) {
  const { ended, loads } = analysis.life;
  const followed = `${count(ended)} entries were followed to their end, ${count(loads)} loads compared`;
  write(byId('life-followed'), ended + loads === 0 ? 'from a sample of keys: none has come to its end yet' : followed);
  keep(
    byId('life'),
    LIFE,
    ([text]) => text,
    ([text]) => {
      const bar = h('span', { class: 'bar', 'aria-hidden': 'true' }, h('span', { class: 'bar-fill' }));
      return h('div', {}, h('dt', {}, text), h('dd', {}, h('span', { class: 'number' }), bar));
    },
    (element, [, share]) => {
      const value = share(analysis);
      write(/** @type {Element} */ (element.querySelector('.number')), percent(value));
      const bar = /** @type {HTMLElement} */ (element.querySelector('.bar-fill'));
      bar.style.width = `${value * 100}%`;
    },
  );
}

/** @param {string} name */
function item(name) {
  const head = h(
    'div',
    { class: 'head' },
    h('span', { class: 'badge' }),
    h('span', { class: 'name' }, name),
    h('span', { class: 'aside' }),
  );
  return h('li', {}, head, h('p', { class: 'details' }));
}

/**
 * @param {HTMLElement} element
 * @returns {[badge: Element, name: Element, aside: Element, details: Element]}
 */
function parts(element) {
  const [head, details] = /** @type {[Element, Element]} */ ([...element.children]);
  const [badge, name, aside] = /** @type {[Element, Element, Element]} */ ([...head.children]);
  return [badge, name, aside, details];
}

/**
 * @param {HTMLElement} list
 * @param {string} text
 */
function nothing(list, text) {
  keep(
    list,
    [text],
    (key) => key,
    () => h('li', { class: 'none' }, text),
  );
}
