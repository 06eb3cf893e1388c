/**
 * Value ⇄ bytes, for tiers that keep bytes.
 *
 * A serializer is stateless towards the cache: the same value may be encoded once and stored in several tiers.
 */
export interface Serializer {
  /**
   * What is written into each entry (hashed to 32 bits), so that a reader with another serializer sees a miss and not
   * garbage. A wrapper names what it wraps: `zstd+json`. Change the id when the format changes.
   */
  readonly id: string;

  /** Ids of other serializers whose bytes `decode` understands as well, for migrations. */
  readonly accepts?: readonly string[];

  /**
   * @param value - anything but `undefined`.
   * @param key - the entry's physical key, for serializers that bind the bytes to it (encryption).
   * @throws Anything, when the value cannot be kept faithfully; the cache reports it as `SERIALIZATION_FAILED`.
   */
  encode(value: unknown, key: string): Uint8Array;

  /**
   * The value that was encoded. It must not keep `bytes`: a tier may use the memory again.
   *
   * @param id - which of `id` and `accepts` the bytes were written under. Without it, in tiers that keep no header, they
   * are taken for its own.
   * @throws Anything, when the bytes are not of this format; the cache takes it as a miss and reports it.
   */
  decode(bytes: Uint8Array, key: string, id?: string): unknown;
}
