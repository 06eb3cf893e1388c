/** As many as style.css has `--tier-…` colours. */
const TIER_COLORS = 6;

/** @type {Map<string, string>} */
let known = new Map();

/**
 * The custom property that holds a tier's colour, the same wherever the tier shows up.
 *
 * @param {number} index - of the tier, from the nearest.
 */
export function tierColor(index) {
  return `--tier-${(index % TIER_COLORS) + 1}`;
}

/**
 * What a custom property is in the theme that is on, in a form that a canvas takes.
 *
 * @param {string} property
 * @param {number} [alpha] - 0..1.
 */
export function color(property, alpha = 1) {
  let channels = known.get(property);
  if (channels === undefined) {
    channels = resolved(property);
    known.set(property, channels);
  }
  return `rgba(${channels}, ${alpha})`;
}

/** To be called when the theme changes. */
export function forgetColors() {
  known = new Map();
}

/**
 * Only a property that takes colours has its `var()` and `light-dark()` resolved.
 *
 * @param {string} property
 */
function resolved(property) {
  const probe = document.body;
  probe.style.outlineColor = `var(${property})`;
  const [, channels = '0, 0, 0'] = /^rgba?\((\d+, \d+, \d+)/.exec(getComputedStyle(probe).outlineColor) ?? [];
  probe.style.outlineColor = '';
  return channels;
}
