/** What a thread can be asked, by name. */
export type Handlers<H> = { readonly [N in keyof H]: (...parameters: never[]) => unknown };

export interface Call {
  readonly id: number;
  readonly name: string;
  readonly parameters: readonly unknown[];
}

/** How a call ended. */
export type Reply = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: unknown };
