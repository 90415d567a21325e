// Cuts byte streams: plaintext into chunks of 1 MiB, sealed bytes into sealed chunks.
import { CHUNK, changed, LARGEST, LENGTH } from './chunk.ts'

export interface Cut {
  readonly bytes: Uint8Array
  readonly last: boolean
}

const whole = (piece: Uint8Array): boolean =>
  piece.length === CHUNK && piece.buffer.byteLength === CHUNK

async function* megabytes(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(CHUNK)
  let filled = 0
  for await (const piece of pieces) {
    if (filled === 0 && whole(piece)) {
      yield piece
      continue
    }
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + CHUNK - filled)
      block.set(part, filled)
      filled += part.length
      at += part.length
      if (filled < CHUNK) break
      yield block
      block = new Uint8Array(CHUNK)
      filled = 0
    }
  }
  if (filled > 0) yield block.slice(0, filled)
}

async function* sealedChunks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let have: Uint8Array[] = []
  let size = 0
  let wanted = LENGTH
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + wanted - size)
      have.push(part)
      size += part.length
      at += part.length
      if (size < wanted) break
      const gathered = Buffer.concat(have)
      if (wanted === LENGTH) {
        wanted = LENGTH + gathered.readUInt32BE()
        if (wanted > LENGTH + LARGEST) throw changed('a chunk claims to be longer than any')
        if (wanted === LENGTH) throw changed('a chunk claims to be empty')
        have = [gathered]
        continue
      }
      // A copy of its own, to be handed to the worker.
      yield new Uint8Array(gathered.subarray(LENGTH))
      have = []
      size = 0
      wanted = LENGTH
    }
  }
  if (size > 0) throw changed('it ends inside a chunk')
}

/** Marks the one behind which nothing comes. */
async function* markLast(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Cut> {
  let before: Uint8Array | undefined
  for await (const chunk of chunks) {
    if (before) yield { bytes: before, last: false }
    before = chunk
  }
  if (before) yield { bytes: before, last: true }
}

export async function* cutPlain(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Cut> {
  let any = false
  for await (const cut of markLast(megabytes(pieces))) {
    any = true
    yield cut
  }
  if (!any) yield { bytes: new Uint8Array(), last: true }
}

export async function* cutSealed(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Cut> {
  let any = false
  for await (const cut of markLast(sealedChunks(pieces))) {
    any = true
    yield cut
  }
  if (!any) throw changed('it is empty')
}
