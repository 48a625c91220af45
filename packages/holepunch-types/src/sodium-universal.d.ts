// sodium-universal 5.0.1: libsodium. Functions write into their first argument.
declare module 'sodium-universal' {
  const sodium: {
    readonly crypto_pwhash_ALG_ARGON2ID13: number
    /** A slow hash; resolves when `output` is filled. `memlimit` in bytes, `salt` has 16. */
    crypto_pwhash_async(
      output: Buffer,
      password: Buffer,
      salt: Buffer,
      opslimit: number,
      memlimit: number,
      algorithm: number
    ): Promise<void>
    /** BLAKE2b, with a key or without. */
    crypto_generichash(output: Buffer, input: Buffer, key?: Buffer): void
    /** An ed25519 key pair, 32 and 64 bytes, from a seed of 32. */
    crypto_sign_seed_keypair(publicKey: Buffer, secretKey: Buffer, seed: Buffer): void
    /** A signature of 64 bytes. */
    crypto_sign_detached(signature: Buffer, message: Buffer, secretKey: Buffer): void
    crypto_sign_verify_detached(signature: Buffer, message: Buffer, publicKey: Buffer): boolean
  }
  export default sodium
}
