/** An entry of a Redis stream: its id, and its fields. */
export interface StreamEntry {
  readonly id: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** The entries that `XREADGROUP` gives of one stream. The reply is a list of pairs in RESP2, and a map in RESP3. */
export function entriesOf(reply: unknown): StreamEntry[] {
  if (reply === null || reply === undefined) return [];
  const entries = Array.isArray(reply)
    ? ofList(reply)
    : Object.values(reply instanceof Map ? Object.fromEntries(reply) : reply)[0];
  return claimedEntries(entries);
}

/** The entries of a list, as the second part of the reply to `XAUTOCLAIM` is one. What was trimmed is left out. */
export function claimedEntries(entries: unknown): StreamEntry[] {
  return ((entries ?? []) as [id: string, fields: unknown][]).flatMap((entry) =>
    entry === null || entry[1] === null ? [] : { id: entry[0], fields: fieldsOf(entry[1]) },
  );
}

/** `[[name, entries]]`, or flat: `[name, entries]`. */
function ofList(reply: readonly unknown[]): unknown {
  return Array.isArray(reply[0]) ? (reply[0] as unknown[])[1] : reply[1];
}

function fieldsOf(fields: unknown): Map<string, string> {
  if (!Array.isArray(fields)) return new Map(Object.entries(fields as Record<string, string>));
  const pairs = fields.flatMap((name: string, index) => (index % 2 === 0 ? [[name, fields[index + 1]] as const] : []));
  return new Map(pairs as [string, string][]);
}
