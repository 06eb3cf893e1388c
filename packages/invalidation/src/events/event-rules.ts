import { mismatch } from '@uno-cache/core/adapter';
import type { Target } from '../strategy.ts';
import { patternTemplate } from '../template/pattern-template.ts';
import type { TargetFunction } from '../template/payload.ts';
import { parseTemplate } from '../template/template.ts';

/** One rule, ready to be used: the targets for a payload. */
export type CompiledRule = (payload: unknown, owner: string) => Pick<Target, 'kind' | 'target'>[];

/** Begins a target that is a tag beside patterns. */
const TAGS_PREFIX = 'tags:';

/** Rules whose texts are globs over keys, and tags behind `tags:`. */
export function patternRule(rule: unknown, option: string): CompiledRule {
  if (typeof rule === 'function') return functionRule(rule as TargetFunction, option, patternOrTag);
  const { kind, target } = patternOrTag(checkText(rule, option));
  if (kind === 'tag') return tagRule(target, option);
  const template = patternTemplate(target, option);
  return (payload, owner) => template.expand(payload, owner).map((each) => ({ kind, target: each }));
}

/** Rules whose texts are tags: nothing is escaped, since a tag is no glob. */
export function tagRule(rule: unknown, option: string): CompiledRule {
  if (typeof rule === 'function') return functionRule(rule as TargetFunction, option, tag);
  const template = parseTemplate(checkText(rule, option), option, (value) => value);
  return (payload, owner) => template.expand(payload, owner).map(tag);
}

/** @throws TypeError unless the rules are an object of arrays, naming the option that is not. */
export function compileRules(
  owner: string,
  rules: unknown,
  compile: (rule: unknown, option: string) => CompiledRule,
): ReadonlyMap<string, readonly CompiledRule[]> {
  if (typeof rules !== 'object' || rules === null || Array.isArray(rules)) {
    throw new TypeError(mismatch(`${owner}: the rules`, 'an object of arrays of targets', rules));
  }
  return new Map(
    Object.entries(rules).map(([name, list]: [string, unknown]) => {
      const option = `${owner}: ${JSON.stringify(name)}`;
      if (!Array.isArray(list)) throw new TypeError(mismatch(option, 'an array of targets', list));
      return [name, list.map((rule: unknown, index) => compile(rule, `${option}[${index}]`))];
    }),
  );
}

function functionRule(
  rule: TargetFunction,
  option: string,
  toTarget: (text: string) => Pick<Target, 'kind' | 'target'>,
): CompiledRule {
  return (payload) => {
    const answer: unknown = rule(payload as never);
    const texts: unknown[] = Array.isArray(answer) ? answer : [answer];
    return texts.map((text) => {
      if (typeof text === 'string' && text !== '') return toTarget(text);
      throw new TypeError(mismatch(`${option}: what the function gives`, 'a string or an array of strings', answer));
    });
  };
}

function patternOrTag(text: string): Pick<Target, 'kind' | 'target'> {
  return text.startsWith(TAGS_PREFIX) ? tag(text.slice(TAGS_PREFIX.length)) : { kind: 'pattern', target: text };
}

function tag(target: string): Pick<Target, 'kind' | 'target'> {
  return { kind: 'tag', target };
}

function checkText(rule: unknown, option: string): string {
  if (typeof rule === 'string') return rule;
  throw new TypeError(mismatch(option, 'a template or a function', rule));
}
