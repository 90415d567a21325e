import type { Secret } from '../core/secret.ts'

export interface SealOptions {
  readonly dataKey: Secret<Uint8Array>
  /** Of the manifest, 16 bytes: binds every chunk to its snapshot. */
  readonly nonce: Uint8Array
  /** Called with the memory of a piece that was handed over whole, when it may be written again. */
  readonly reuse?: (bytes: Uint8Array) => void
}

/**
 * Seals a stream of bytes into chunks (docs/reference/repository-format.md): 1 MiB of plaintext each, compressed
 * (zstd, one frame a chunk), encrypted (AES-256-GCM), bound to nonce, index and whether it is the last.
 * Opening throws KeepError `corrupt` (`repository.chunk-changed`) for any other byte, order or end.
 * Pieces are handed over: who yields one must not touch it again. Pieces of exactly 1 MiB that are the whole of their
 * ArrayBuffer are not copied.
 */
export interface ChunkCipher {
  /** Yields sealed chunks in order, each with its length in front; memory is bounded whatever the reader does. */
  seal(plain: AsyncIterable<Uint8Array>, options: SealOptions): AsyncIterable<Buffer>
  open(sealed: AsyncIterable<Uint8Array>, options: SealOptions): AsyncIterable<Buffer>
}
