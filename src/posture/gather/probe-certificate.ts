// Certificates made for one probe and thrown away with it: by a CA of their own, or by a CA whose key is at hand.
import { createPrivateKey, webcrypto } from 'node:crypto'
import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { Secret } from '../../core/secret.ts'
import type { ClientCredential } from '../../ports/prober.ts'

const DAY_MS = 86_400_000
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export interface Authority {
  readonly certificate: X509Certificate
  readonly key: webcrypto.CryptoKey
  readonly algorithm: { readonly name: string; readonly hash: string }
}

const newKey = () => webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])

/** The CA itself, from its PEM texts. Throws where they are no CA that can sign. */
export async function authorityFrom(certificate: string, key: Secret): Promise<Authority> {
  const text = key.reveal()
  const privateKey = createPrivateKey(text)
  const curve = privateKey.asymmetricKeyDetails?.namedCurve ?? ''
  const namedCurve = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }[curve]
  const algorithm = namedCurve
    ? { name: 'ECDSA', namedCurve, hash: 'SHA-256' }
    : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' })
  return {
    certificate: new X509Certificate(certificate),
    key: await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
    algorithm,
  }
}

/** A CA that nobody knows. */
export async function strangeAuthority(now: Date): Promise<Authority> {
  const keys = await newKey()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=etcdkeep-probe-ca',
    keys,
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + DAY_MS),
    signingAlgorithm: ECDSA,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  })
  return { certificate, key: keys.privateKey, algorithm: ECDSA }
}

/**
 * A client certificate without names or rights (its common name is no user), valid for an hour;
 * with `expired` it ended an hour ago.
 */
export async function probeCredential(
  authority: Authority,
  now: Date,
  expired = false,
): Promise<ClientCredential> {
  const keys = await newKey()
  const ends = now.getTime() + (expired ? -1 : 1) * (DAY_MS / 24)
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=etcdkeep-probe',
    issuer: authority.certificate.subjectName,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: authority.algorithm,
    notBefore: new Date(ends - DAY_MS),
    notAfter: new Date(ends),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([CLIENT_AUTH]),
    ],
  })
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  const lines = pkcs8.toString('base64').match(/.{1,64}/g) ?? []
  const pem = ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n')
  return { certificate: certificate.toString('pem'), key: new Secret(pem) }
}
