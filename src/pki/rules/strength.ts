// Keys and signatures that can be forged. etcd itself has no such rule: it takes RSA-1024.
import type { Certificate } from '../model.ts'

const RSA_BITS = 2048
const EC_BITS = 256
const BROKEN = /\b(?:MD2|MD5|SHA-?1)\b/

/** Why a key is too weak, as a clause about its certificate; undefined where it is not. */
export function weakKey({ publicKey }: Pick<Certificate, 'publicKey'>): string | undefined {
  const { type, bits } = publicKey
  if (type === 'ed25519') return undefined
  if (type === 'other') return 'has a key of a kind that etcd cannot use'
  return bits < (type === 'rsa' ? RSA_BITS : EC_BITS)
    ? `has an ${type.toUpperCase()} key of ${bits} bits only`
    : undefined
}

/** The same of its signature; nobody checks the one that a root puts on itself. */
export const weakSignature = (
  one: Pick<Certificate, 'signatureAlgorithm' | 'subjectDer' | 'issuerDer' | 'isCa'>,
): string | undefined =>
  BROKEN.test(one.signatureAlgorithm) && !(one.isCa && one.subjectDer === one.issuerDer)
    ? `is signed with ${one.signatureAlgorithm}`
    : undefined
