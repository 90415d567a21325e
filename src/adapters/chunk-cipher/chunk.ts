// One chunk: zstd, then AES-256-GCM bound to the snapshot, the place and the end (docs/reference/repository-format.md).
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { KeepError } from '../../core/error.ts'

/** Plaintext of every chunk but the last. */
export const CHUNK = 1024 * 1024
const TAG = 16
export const LENGTH = 4
/** zstd's bound for 1 MiB that cannot be compressed is 4 KiB above it. */
export const LARGEST = CHUNK + 8192 + TAG

export interface Place {
  readonly index: number
  readonly last: boolean
}

/** 32 bytes; also of use for no other snapshot than the nonce's. */
export const chunkKey = (dataKey: Uint8Array, nonce: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', dataKey, nonce, 'etcdkeep.chunk/v1', 32))

export const changed = (why: string): KeepError =>
  new KeepError(
    'corrupt',
    'repository.chunk-changed',
    `the sealed data is not what was sealed: ${why}`,
    {
      hint: 'Take it from another store, or use an older snapshot; find out who could write there.',
    },
  )

function gcmNonce({ index, last }: Place): Buffer {
  const iv = Buffer.alloc(12)
  iv.writeUIntBE(index, 5, 6)
  iv[11] = last ? 1 : 0
  return iv
}
function additional(nonce: Uint8Array, { index, last }: Place): Buffer {
  const data = Buffer.alloc(nonce.length + 9)
  data.set(nonce)
  data.writeBigUInt64BE(BigInt(index), nonce.length)
  data[nonce.length + 8] = last ? 1 : 0
  return data
}

/**
 * Gives memory back at once: the collector would let 64 MiB of it pile up. Not of what lies in Node's pool of small
 * buffers, which others share.
 */
function free({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0)
}

/** The length, the ciphertext, the tag; at most LENGTH + LARGEST bytes. */
export function sealChunk(
  plain: Uint8Array,
  key: Uint8Array,
  nonce: Uint8Array,
  place: Place,
): Buffer {
  // With zlib's default of 16 KiB for a step the same takes 8 % longer. Workers inside zstd break on Node 24.
  const packed = zstdCompressSync(plain, {
    chunkSize: CHUNK + 8192,
    params: { [constants.ZSTD_c_compressionLevel]: 1 },
  })
  const cipher = createCipheriv('aes-256-gcm', key, gcmNonce(place))
  cipher.setAAD(additional(nonce, place))
  const body = cipher.update(packed)
  cipher.final()
  free(packed)
  const sealed = Buffer.from(new ArrayBuffer(LENGTH + body.length + TAG))
  sealed.writeUInt32BE(body.length + TAG)
  sealed.set(body, LENGTH)
  sealed.set(cipher.getAuthTag(), LENGTH + body.length)
  free(body)
  return sealed
}

/** `sealed` without its length. Throws an Error that says why unless it is that chunk of that snapshot. */
export function openChunk(
  sealed: Uint8Array,
  key: Uint8Array,
  nonce: Uint8Array,
  place: Place,
): Buffer {
  const { index, last } = place
  if (sealed.length < TAG) throw new Error(`chunk ${index} is shorter than its tag`)
  const decipher = createDecipheriv('aes-256-gcm', key, gcmNonce(place))
  decipher.setAAD(additional(nonce, place))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG))
  const packed = decipher.update(sealed.subarray(0, sealed.length - TAG))
  try {
    decipher.final()
  } catch {
    throw new Error(`chunk ${index}${last ? ', the last,' : ''} does not authenticate`)
  }
  const plain = inflated(packed, place)
  free(packed)
  return plain
}

/** Authentic from here on: what fails was sealed so. */
function inflated(packed: Buffer, { index, last }: Place): Buffer {
  let plain: Buffer
  try {
    plain = zstdDecompressSync(packed, { chunkSize: CHUNK + 8192, maxOutputLength: CHUNK })
  } catch {
    throw new Error(`chunk ${index} is no zstd frame of at most 1 MiB`)
  }
  if (!last && plain.length !== CHUNK) throw new Error(`chunk ${index} is short and not the last`)
  return plain
}
