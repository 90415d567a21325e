import { type KeyObject, createPrivateKey, createPublicKey } from 'node:crypto'
import { KeepError } from '../core/error.ts'
import { type PublicKey, describeKey, sha256 } from './public-key.ts'

/** The public half of a private key: enough to tell what it belongs to. */
export interface KeyDescription extends PublicKey {
  readonly spkiSha256: string
}

const BLOCK = /-----BEGIN ((?:[A-Z0-9]+ )?PRIVATE KEY)-----([\s\S]*?)-----END \1-----/g
const DER_FORMS = ['pkcs8', 'sec1', 'pkcs1'] as const

const unreadable = () =>
  new KeepError('corrupt', 'pki.not-a-key', 'not a private key', {
    hint: 'PKCS#8, SEC1 (EC PRIVATE KEY) and PKCS#1 (RSA PRIVATE KEY) are read',
  })

function describe(key: KeyObject): KeyDescription {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
  return { ...describeKey(key), spkiSha256: sha256(spki) }
}

function fromDer(bytes: Uint8Array): KeyDescription {
  for (const type of DER_FORMS) {
    try {
      return describe(createPrivateKey({ key: Buffer.from(bytes), format: 'der', type }))
    } catch {
      continue
    }
  }
  throw unreadable()
}

/**
 * The public half of the first private key of a PEM file, or of a DER file. Nothing of the key itself leaves.
 * Throws KeepError: `corrupt` with code `pki.encrypted-key` for an encrypted key, else `pki.not-a-key`.
 */
export function describePrivateKey(bytes: Uint8Array): KeyDescription {
  const text = Buffer.from(bytes).toString('latin1')
  const [block] = text.matchAll(BLOCK)
  if (!block) return fromDer(bytes)
  const [whole, label = '', body = ''] = block
  if (label.startsWith('ENCRYPTED') || body.includes('ENCRYPTED'))
    throw new KeepError('corrupt', 'pki.encrypted-key', 'the private key is encrypted', {
      hint: 'etcd cannot start with an encrypted key; only CA keys may be',
    })
  try {
    return describe(createPrivateKey(whole))
  } catch {
    // What OpenSSL says may quote the input: it stays here.
    throw unreadable()
  }
}
