import { randomVersion } from '@uno-cache/core/adapter';
import type { Item } from '../servers/response-reader.ts';

/**
 * What a server keeps for one region: whatever does not agree with it is not valid. Read together with each key, in the
 * same command.
 */
export interface SpaceRecord {
  /** Random; a clear gives another, and so does the loss of the record. */
  readonly generation: string;
  /** How many outages of the server were noted when the record was made. */
  readonly epoch: number;
  /** The number of the last pattern mark. */
  readonly mark: number;
}

const FORM = /^UNS1 ([\w-]{12}) (\d{1,16}) (\d{1,16})$/;

export function newRecord(epoch: number): SpaceRecord {
  return { generation: randomVersion(), epoch, mark: 0 };
}

export function encodeRecord({ generation, epoch, mark }: SpaceRecord): Buffer {
  return Buffer.from(`UNS1 ${generation} ${epoch} ${mark}`);
}

/** The record; `undefined` when there is none, or what is there cannot be read or is from before an outage. */
export function decodeRecord(item: Item | undefined, epoch: number): SpaceRecord | undefined {
  const match = item === undefined ? null : FORM.exec(item.value.toString('latin1'));
  if (match === null) return undefined;
  const record = { generation: match[1]!, epoch: Number(match[2]), mark: Number(match[3]) };
  return record.epoch >= epoch ? record : undefined;
}
