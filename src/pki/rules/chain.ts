// Whether a certificate leads to a CA that is trusted, by names and signatures, as Go's verifier finds it.
import { X509Certificate } from 'node:crypto'
import type { Certificate } from '../model.ts'
import { isValidAt } from './dates.ts'

/** Leaf first, trusted CA last; or why there is no such chain, as a clause about the leaf. */
export type Chain =
  | { readonly found: readonly Certificate[] }
  | { readonly found?: never; readonly why: string }

export interface Trust {
  /** What came with the leaf: candidates only, trusted for nothing. */
  readonly intermediates: readonly Certificate[]
  readonly authorities: readonly Certificate[]
  readonly now: Date
}

/** Go takes ten or so at most; a loop of cross-signed CAs must end somewhere. */
const LONGEST = 8

const sameCertificate = (a: Certificate, b: Certificate) => a.fingerprint === b.fingerprint

/** RFC 5280: without the extension a key may do anything. */
const maySign = (one: Certificate) =>
  one.isCa && (one.keyUsages.length === 0 || one.keyUsages.includes('keyCertSign'))

function signed(child: Certificate, issuer: Certificate): boolean {
  try {
    return new X509Certificate(child.pem).verify(new X509Certificate(issuer.pem).publicKey)
  } catch {
    // A key that OpenSSL cannot use: nothing is signed by it.
    return false
  }
}

/** By the bytes of the name, as Go does it, then by signature. */
export const isIssuedBy = (child: Certificate, issuer: Certificate): boolean =>
  child.issuerDer === issuer.subjectDer && maySign(issuer) && signed(child, issuer)

function chains(upTo: readonly Certificate[], trust: Trust): readonly (readonly Certificate[])[] {
  const last = upTo.at(-1)
  if (!last || upTo.length > LONGEST) return []
  if (trust.authorities.some((one) => sameCertificate(one, last))) return [upTo]
  const unused = (one: Certificate) => !upTo.some((other) => sameCertificate(one, other))
  const ends = trust.authorities.filter((one) => unused(one) && isIssuedBy(last, one))
  const steps = trust.intermediates.filter((one) => unused(one) && isIssuedBy(last, one))
  return [
    ...ends.map((one) => [...upTo, one]),
    ...steps.flatMap((one) => chains([...upTo, one], trust)),
  ]
}

/** The chain that a verifier would take; one whose CAs are valid now comes before all others. */
export function chainOf(leaf: Certificate, trust: Trust): Chain {
  const all = chains([leaf], trust)
  const valid = all.find((chain) => chain.slice(1).every((one) => isValidAt(one, trust.now)))
  if (valid) return { found: valid }
  const spoilt = all[0]?.slice(1).find((one) => !isValidAt(one, trust.now))
  if (spoilt) return { why: `is issued by ${spoilt.subject}, which is not valid now` }
  const names = trust.authorities.filter((one) => one.subjectDer === leaf.issuerDer)
  return {
    why:
      names.length > 0
        ? `says that ${leaf.issuer} issued it, but the trusted CA of that name did not sign it`
        : `is issued by ${leaf.issuer}, which is not among the trusted CAs`,
  }
}
