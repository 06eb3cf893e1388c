import { byId, write } from './element.js';

const STORE = 'uno-cache-theme';
const CHOICES = /** @type {const} */ (['auto', 'light', 'dark']);

/** @typedef {typeof CHOICES[number]} Choice */

/**
 * Light, dark, or as the system has it; remembered in this browser.
 *
 * @param {() => void} onChange - charts are pixels, and have to be drawn again.
 */
export function startTheme(onChange) {
  const button = byId('theme');
  let choice = remembered();
  const apply = () => {
    document.documentElement.dataset.theme = choice;
    write(button, `Theme: ${choice}`);
    onChange();
  };
  button.addEventListener('click', () => {
    choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length] ?? 'auto';
    localStorage.setItem(STORE, choice);
    apply();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange);
  apply();
}

/** @returns {Choice} */
function remembered() {
  const stored = localStorage.getItem(STORE);
  return CHOICES.find((choice) => choice === stored) ?? 'auto';
}
