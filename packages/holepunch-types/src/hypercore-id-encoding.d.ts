// hypercore-id-encoding 1.3.0: keys as text.
declare module 'hypercore-id-encoding' {
  /** A 32-byte key as z-base-32 text (52 characters). Throws `Key must be a Buffer`, `Key must be 32-bytes long`. */
  export function encode(key: Uint8Array): string
  /**
   * The 32 bytes behind a key written as hex (64 characters) or z-base-32 (52), or behind a `pear://` link; a buffer of
   * 32 bytes is given back as it is. Throws `Invalid Hypercore key`, `ID must be 32-bytes long`.
   */
  export function decode(id: string | Uint8Array): Buffer
  /** Any of the forms that `decode` takes, as z-base-32 text. Throws what `decode` throws. */
  export function normalize(id: string | Uint8Array): string
  /** Whether `decode` would take it. Never throws. */
  export function isValid(id: unknown): boolean
  const encoding: { encode: typeof encode; decode: typeof decode; normalize: typeof normalize; isValid: typeof isValid }
  export default encoding
}
