import type { Serializer } from '../ports/serializer.ts';

export const taggedJson: Serializer = {
  id: 'json',
  encode: (value) => new TextEncoder().encode(JSON.stringify(value)),
  decode: (bytes) => JSON.parse(new TextDecoder().decode(bytes)),
};
