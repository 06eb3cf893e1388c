const MAX_TEXT = 80;
const MAX_KEYS = 5;

/**
 * A short rendering of any value for an error message: strings quoted and cut, objects by their class and the names of
 * their properties, never by what those hold. Never throws, whatever it is given.
 */
export function show(value: unknown): string {
  try {
    return rendered(value);
  } catch {
    return typeof value === 'function' ? 'a function' : 'an object';
  }
}

function rendered(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(cut(value));
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return `${cut(String(value))}n`;
    case 'symbol':
      return cut(String(value));
    case 'function':
      return value.name === '' ? 'a function' : `function ${cut(String(value.name))}`;
    case 'object':
      return value === null ? 'null' : renderedObject(value);
    case 'boolean':
    case 'undefined':
      return String(value);
  }
}

function renderedObject(value: object): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  const name =
    prototype === null ? 'Object' : String((value.constructor as { name?: unknown } | undefined)?.name ?? '');
  if (name !== 'Object') return name === '' ? 'an object' : `an instance of ${cut(name)}`;
  const keys = Object.keys(value);
  if (keys.length === 0) return '{}';
  const more = keys.length > MAX_KEYS ? ', …' : '';
  return cut(`{ ${keys.slice(0, MAX_KEYS).join(', ')}${more} }`);
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}
