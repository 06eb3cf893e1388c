const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 120;
const HEIGHT = 28;

/** A line without axes, with the area below it. */
export function createSpark() {
  const svg = document.createElementNS(SVG, 'svg');
  const attributes = {
    class: 'spark',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  for (const part of ['area', 'line']) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', part);
    svg.append(path);
  }
  return svg;
}

/**
 * @param {Element} svg
 * @param {readonly (number | null)[]} values
 * @param {boolean} isShare - from 0 to 1, and not to the most there is.
 */
export function drawSpark(svg, values, isShare) {
  const pieces = piecesOf(values, isShare);
  const [area, line] = /** @type {[Element, Element]} */ ([...svg.children]);
  area.setAttribute('d', pieces.map(closed).join(''));
  line.setAttribute('d', pieces.map(open).join(''));
}

/** @typedef {readonly [x: number, y: number]} Place */

/**
 * The pieces of a line that has gaps.
 *
 * @param {readonly (number | null)[]} values
 * @param {boolean} isShare
 */
function piecesOf(values, isShare) {
  const top = isShare ? 1 : Math.max(1e-9, ...values.map((value) => value ?? 0));
  const width = WIDTH / Math.max(1, values.length - 1);
  /** @type {Place[][]} */
  const pieces = [];
  values.forEach((value, index) => {
    if (value === null) return;
    if (values[index - 1] == null) pieces.push([]);
    pieces.at(-1)?.push([index * width, HEIGHT - 2 - (value / top) * (HEIGHT - 4)]);
  });
  return pieces;
}

/** @param {readonly Place[]} piece */
function open(piece) {
  return `M${piece.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`;
}

/** @param {readonly Place[]} piece */
function closed(piece) {
  const [from] = piece[0] ?? [0];
  const [to] = piece.at(-1) ?? [0];
  return `${open(piece)}L${to.toFixed(1)} ${HEIGHT}L${from.toFixed(1)} ${HEIGHT}Z`;
}
