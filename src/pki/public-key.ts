import { type KeyObject, createHash, createPublicKey } from 'node:crypto'
import { type DerValue, derChildren, oidText } from './der.ts'

const CURVE_BITS: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp256k1: 256,
  secp224r1: 224,
  secp384r1: 384,
  secp521r1: 521,
}

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex')

export interface PublicKey {
  readonly type: 'rsa' | 'ec' | 'ed25519' | 'other'
  readonly bits: number
}

/** Kind and strength; `other` with 0 bits for what etcd could not use either. */
export function describeKey(key: KeyObject): PublicKey {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {}
  const type = key.asymmetricKeyType
  if (type === 'rsa' || type === 'rsa-pss') return { type: 'rsa', bits: modulusLength }
  if (type === 'ec') return { type: 'ec', bits: CURVE_BITS[namedCurve] ?? 0 }
  return type === 'ed25519' ? { type: 'ed25519', bits: 256 } : { type: 'other', bits: 0 }
}

export function describeSpki(der: Uint8Array): PublicKey {
  try {
    return describeKey(createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' }))
  } catch {
    return { type: 'other', bits: 0 }
  }
}

const SIGNATURES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'MD2-RSA',
  '1.2.840.113549.1.1.4': 'MD5-RSA',
  '1.2.840.113549.1.1.5': 'SHA1-RSA',
  '1.2.840.113549.1.1.11': 'SHA256-RSA',
  '1.2.840.113549.1.1.12': 'SHA384-RSA',
  '1.2.840.113549.1.1.13': 'SHA512-RSA',
  '1.2.840.10045.4.1': 'ECDSA-SHA1',
  '1.2.840.10045.4.3.2': 'ECDSA-SHA256',
  '1.2.840.10045.4.3.3': 'ECDSA-SHA384',
  '1.2.840.10045.4.3.4': 'ECDSA-SHA512',
  '1.3.101.112': 'Ed25519',
}
const PSS = '1.2.840.113549.1.1.10'
const PSS_HASHES: readonly (readonly [hex: string, name: string])[] = [
  ['608648016503040201', 'SHA256-RSAPSS'],
  ['608648016503040202', 'SHA384-RSAPSS'],
  ['608648016503040203', 'SHA512-RSAPSS'],
]

/** Go's name of a signature algorithm, or its OID. */
export function signatureName(algorithm: DerValue | undefined): string {
  const [oid, parameters] = derChildren(algorithm)
  const id = oidText(oid)
  if (id !== PSS) return SIGNATURES[id] ?? id
  const hex = Buffer.from(parameters?.whole ?? []).toString('hex')
  // RFC 4055: SHA-1 where the parameters name no hash.
  return PSS_HASHES.find(([hash]) => hex.includes(hash))?.[1] ?? 'SHA1-RSAPSS'
}
