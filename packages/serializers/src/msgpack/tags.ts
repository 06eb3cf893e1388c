type Tag = 'map' | 'object' | 'text' | 'number';

/**
 * What stands for a value that MessagePack cannot hold: an object with one property of these names.
 *
 * `map` and `object` hold keys and values in turns; `object` is for names that MessagePack or msgpackr would change, and
 * for objects that look like a tag. `text` holds UTF-16, little-endian; `number` the name of a number.
 */
export const tags: Readonly<Record<Tag, string>> = Object.freeze({
  map: '$map',
  object: '$object',
  text: '$text',
  number: '$number',
});

const DOLLAR = 36;

/** Whether an object with this one property could be taken for a tag. */
export function isTagName(name: string): boolean {
  return name.charCodeAt(0) === DOLLAR;
}
