import { checkFunction, mismatch } from '@uno-cache/core/adapter';
import type { TemplateScope } from '../key/template.ts';

type PayloadOf = (args: never, value: never) => unknown;

/** The events of a call, and their payloads. */
export class EventSource {
  readonly #what: string;
  readonly #payloads: readonly (readonly [event: string, payload: PayloadOf | undefined])[];

  /** @throws TypeError for what is neither a list of names nor a record of functions. */
  constructor(what: string, events: unknown) {
    this.#what = what;
    if (events === undefined) this.#payloads = [];
    else if (Array.isArray(events) && events.every((event) => typeof event === 'string')) {
      this.#payloads = events.map((event) => [event, undefined] as const);
    } else if (typeof events === 'object' && events !== null && !Array.isArray(events)) {
      this.#payloads = Object.entries(events).map(([event, payload]) => {
        return [event, checkFunction(payload as PayloadOf, `${what}.${event}`)] as const;
      });
    } else throw new TypeError(mismatch(what, 'an array of names, or a record of functions', events));
  }

  payloadsOf({ args, receiver, result }: Required<TemplateScope>): readonly (readonly [string, unknown])[] {
    return this.#payloads.map(([event, payload]) => {
      if (payload !== undefined) return [event, Reflect.apply(payload, receiver, [args, result.value])] as const;
      const [first] = args;
      if (typeof first === 'object' && first !== null) return [event, first] as const;
      const expected = 'a record of payload functions, unless the first argument is an object, the payload';
      throw new TypeError(mismatch(this.#what, expected, first));
    });
  }
}
