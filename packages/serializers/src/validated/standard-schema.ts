/**
 * As much of Standard Schema v1 (https://standardschema.dev) as is used here: what zod, valibot, arktype and others
 * offer of themselves.
 */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult | Promise<StandardResult>;
  };
}

/** The value as the schema gives it, or what is wrong with it. */
export type StandardResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

const SHOWN_ISSUES = 3;

/** The first few issues, each with its place as `$.user.age`. */
export function describeIssues(issues: readonly StandardIssue[]): string {
  const texts = issues.slice(0, SHOWN_ISSUES).map(({ message, path = [] }) => `${place(path)}: ${message}`);
  const more = issues.length - texts.length;
  return texts.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function place(path: NonNullable<StandardIssue['path']>): string {
  const names = path.map((segment) => (typeof segment === 'object' ? segment.key : segment));
  return `$${names.map((name) => (typeof name === 'number' ? `[${name}]` : `.${String(name)}`)).join('')}`;
}
