// Whether one certificate was issued by another; what can be said without building a whole chain.
import { X509Certificate } from 'node:crypto'
import type { Certificate } from './model.ts'

function signed(one: Certificate, authority: Certificate): boolean {
  try {
    return new X509Certificate(one.pem).verify(new X509Certificate(authority.pem).publicKey)
  } catch {
    return false
  }
}

/** By name, and by signature where both certificates are at hand whole: a CA of the same name is another CA. */
export function issuedBy(one: Certificate, authority: Certificate): boolean {
  if (one.issuerDer !== authority.subjectDer) return false
  return one.pem === '' || authority.pem === '' || signed(one, authority)
}

/** Whether a certificate of the chain (leaf first) comes from one of the authorities. */
export const chainsTo = (
  chain: readonly Certificate[],
  authorities: readonly Certificate[],
): boolean =>
  chain.some((one) =>
    authorities.some((ca) => ca.fingerprint === one.fingerprint || issuedBy(one, ca)),
  )
