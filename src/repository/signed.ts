// Two lines of text: the content, and who signed it (docs/reference/repository-format.md).
import { createHash, verify } from 'node:crypto'
import type { Sha256 } from './model.ts'
import type { PublicKey, Signer } from './signing-key.ts'

/** Part of what is signed, so that none can stand for another. */
export type Purpose = 'manifest' | 'keys' | 'record' | 'anchor'

const LINE_FEED = 0x0a
const SIGNATURE = /^ed25519 ([0-9a-f]{16}) ([A-Za-z0-9+/]{86}==)\n$/

export const sha256 = (bytes: Uint8Array): Sha256 =>
  createHash('sha256').update(bytes).digest('hex')

const signedBytes = (purpose: Purpose, line: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`etcdkeep.${purpose}/v1\n`), line])

/** The whole object, both lines. */
export function sealObject(purpose: Purpose, content: object, signer: Signer): Buffer {
  const line = Buffer.from(JSON.stringify(content))
  const signature = signer.sign(signedBytes(purpose, line)).toString('base64')
  return Buffer.concat([line, Buffer.from(`\ned25519 ${signer.publicKey.id} ${signature}\n`)])
}

export type Opened =
  | { readonly content: unknown; readonly signer: string }
  | { readonly problem: 'malformed' | 'untrusted' | 'changed'; readonly why: string }

const malformed = (why: string): Opened => ({ problem: 'malformed', why })

/** The content where a trusted key signed exactly these bytes for this purpose; else what is wrong with it. */
export function openObject(purpose: Purpose, bytes: Buffer, trusted: readonly PublicKey[]): Opened {
  const end = bytes.indexOf(LINE_FEED)
  const match = SIGNATURE.exec(bytes.toString('latin1', end + 1))
  if (end < 0 || !match) return malformed('it is not two lines, the second a signature')
  const [, id, text = ''] = match
  const signature = Buffer.from(text, 'base64')
  if (signature.toString('base64') !== text)
    return malformed('its signature is not written properly')
  const key = trusted.find((one) => one.id === id)
  if (!key) return { problem: 'untrusted', why: `it is signed by ${id}, a key that is not trusted` }
  const line = bytes.subarray(0, end)
  if (!verify(null, signedBytes(purpose, line), key.key, signature))
    return { problem: 'changed', why: `its bytes are not those that ${id} signed` }
  try {
    return { content: JSON.parse(line.toString('utf8')), signer: key.id }
  } catch {
    return malformed('it is signed, but is no JSON')
  }
}
