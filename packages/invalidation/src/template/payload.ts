/** What may stand for a placeholder: an id, or several, which give a target each. */
export type FieldValue = string | number | readonly (string | number)[];

/** The names between the braces of a template: `'user:{id}*'` has `id`. Of a text that is not known, `never`. */
export type Placeholders<T extends string> = string extends T
  ? never
  : T extends `${string}{${infer Name}}${infer Rest}`
    ? Name | Placeholders<Rest>
    : never;

/** What a function among the targets says that a template cannot. */
export type TargetFunction = (payload: never) => string | readonly string[];

/** A template, or a function that gives targets as they are: nothing in them is escaped. */
export type TargetRule = string | TargetFunction;

/** Targets by the name of the event. */
export type EventRules = Readonly<Record<string, readonly TargetRule[]>>;

/** The payload that templates and functions need, checked by the compiler; `unknown` when they need nothing. */
export type PayloadOf<Rules extends readonly TargetRule[]> = FieldsOf<Placeholders<Extract<Rules[number], string>>> &
  ArgumentOf<Exclude<Rules[number], string>>;

/** The payloads of all events. */
export type PayloadsOf<Rules extends EventRules> = { readonly [Name in keyof Rules & string]: PayloadOf<Rules[Name]> };

/** The payload as the last argument, which may be left out when nothing of it is needed. */
export type PayloadArguments<Payload> = unknown extends Payload ? [payload?: unknown] : [payload: Payload];

export type UnionToIntersection<U> = (U extends unknown ? (member: U) => void : never) extends (all: infer I) => void
  ? I
  : never;

type FieldsOf<Paths extends string> = UnionToIntersection<Paths extends unknown ? PathObject<Paths> : never>;

type PathObject<Path extends string> = Path extends `${infer Head}.${infer Tail}`
  ? { readonly [K in Head]: PathObject<Tail> | readonly PathObject<Tail>[] }
  : { readonly [K in Path]: FieldValue };

type ArgumentOf<F> = UnionToIntersection<F extends (payload: infer P) => unknown ? P : never>;
