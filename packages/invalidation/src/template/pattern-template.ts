import { compileGlob, escapeGlob, show } from '@uno-cache/core/adapter';
import type { Template } from './template.ts';
import { parseTemplate } from './template.ts';

/**
 * A template of a glob: values that are put into it have `* ? [ ] \` escaped and stand for themselves.
 *
 * @throws TypeError where a placeholder stands behind a `\` or within a class, which no escape can keep to itself.
 */
export function patternTemplate(text: string, option: string): Template {
  const template = parseTemplate(text, option, escapeGlob);
  compileGlob(text);
  checkPlaces(text, option);
  return template;
}

function checkPlaces(text: string, option: string): void {
  let isEscaped = false;
  let isInClass = false;
  for (const character of text) {
    if (character === '{' && (isEscaped || isInClass)) {
      const place = isEscaped ? 'behind a backslash' : 'within a class';
      throw new TypeError(`${option}: a placeholder in ${show(text)} stands ${place}`);
    }
    if (isEscaped) isEscaped = false;
    else if (character === '\\') isEscaped = true;
    else if (character === '[') isInClass = true;
    else if (character === ']') isInClass = false;
  }
}
