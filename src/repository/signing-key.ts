// Ed25519 keys: who may write what, as readers are told by their own configuration.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import { KeepError } from '../core/error.ts'
import { Secret } from '../core/secret.ts'

export interface PublicKey {
  /** First 16 hex digits of the SHA-256 of the raw key. */
  readonly id: string
  /** `ed25519:` and the raw key in base64, as people hand it around. */
  readonly text: string
  readonly key: KeyObject
}

export interface Signer {
  readonly publicKey: PublicKey
  /** 64 bytes, RFC 8032. */
  sign(bytes: Uint8Array): Buffer
}

/** Whose word counts. Records and rewrapped keys may have signers of their own, who cannot make snapshots. */
export interface Trust {
  readonly snapshots: readonly PublicKey[]
  readonly records: readonly PublicKey[]
}

/** RFC 8410: what stands before the raw key in a SubjectPublicKeyInfo. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const TEXT = /^ed25519:([A-Za-z0-9+/]{43}=)$/

const unusable = (code: string, message: string, hint: string, cause?: unknown) =>
  new KeepError('config', code, message, { hint, cause })

function publicKeyOf(raw: Buffer): PublicKey {
  return {
    id: createHash('sha256').update(raw).digest('hex').slice(0, 16),
    text: `ed25519:${raw.toString('base64')}`,
    key: createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' }),
  }
}

/** Throws `config` for anything but `ed25519:` and 32 bytes in base64. */
export function parsePublicKey(text: string): PublicKey {
  const raw = Buffer.from(TEXT.exec(text.trim())?.[1] ?? '', 'base64')
  if (raw.length === 32) return publicKeyOf(raw)
  throw unusable(
    'signing.public-key',
    `${JSON.stringify(text.slice(0, 80))} is no public key`,
    'write it as etcdkeep snapshot keygen printed it: ed25519: and 44 characters',
  )
}

/** From a PEM file (PKCS #8), as `snapshot keygen` or `openssl genpkey -algorithm ed25519` makes it. Throws `config`. */
export function parseSigner(pem: Secret, path: string): Signer {
  const hint = 'make one with: etcdkeep snapshot keygen'
  let key: KeyObject
  try {
    key = createPrivateKey(pem.reveal())
  } catch {
    // No cause: a message of OpenSSL could quote the file.
    throw unusable('signing.private-key', `${path}: no private key in PEM form`, hint)
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw unusable(
      'signing.private-key',
      `${path}: a ${key.asymmetricKeyType} key, not Ed25519`,
      hint,
    )
  return signerOf(key)
}

function signerOf(key: KeyObject): Signer {
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length)
  return { publicKey: publicKeyOf(raw), sign: (bytes) => sign(null, bytes, key) }
}

/** Throws `config` where readers would take what this key signs for forged. */
export function requireTrusted({ publicKey }: Signer, trust: Trust, what: keyof Trust): void {
  if (trust[what].some(({ id }) => id === publicKey.id)) return
  const flag = what === 'snapshots' ? '--trust' : '--trust or --trust-records'
  throw unusable(
    'signing.untrusted',
    `${publicKey.text} is not trusted for ${what}`,
    `name it with ${flag}, here and wherever the repository is read`,
  )
}

/** A new key: who it is, and the PEM text that must stay private. */
export function newSigningKey(): { readonly publicKey: PublicKey; readonly pem: Secret } {
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  return { publicKey: signerOf(privateKey).publicKey, pem: new Secret(pem) }
}
