import { type KeyObject, createPublicKey, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { Secret } from '../core/secret.ts'

/** `RSA-1024` is for probes and tests only: nothing issues it by default. */
export const KEY_KINDS = ['P-256', 'P-384', 'RSA-2048', 'RSA-3072', 'RSA-4096', 'RSA-1024'] as const
export type KeyKind = (typeof KEY_KINDS)[number]

const generate = promisify(generateKeyPair)

/** A fresh private key. */
export async function generateKey(kind: KeyKind = 'P-256'): Promise<KeyObject> {
  if (kind === 'P-256' || kind === 'P-384')
    return (await generate('ec', { namedCurve: kind })).privateKey
  return (await generate('rsa', { modulusLength: Number(kind.slice(4)) })).privateKey
}

/** Unencrypted PKCS#8: etcd refuses to start with an encrypted key. */
export const privatePem = (key: KeyObject): Secret =>
  new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString())

export type Hash = 'SHA-256' | 'SHA-384' | 'SHA-1'

/** The Web Crypto name of the signature that this key makes. */
export function signatureOf(key: KeyObject, hash: Hash) {
  if (key.asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash }
  const namedCurve = key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'P-384' : 'P-256'
  return { name: 'ECDSA', namedCurve, hash }
}

export const signingKey = (key: KeyObject, hash: Hash) =>
  key.toCryptoKey(signatureOf(key, hash), true, ['sign'])

export const publicKey = (key: KeyObject, hash: Hash) =>
  createPublicKey(key).toCryptoKey(signatureOf(key, hash), true, ['verify'])
