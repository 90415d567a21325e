// A certificate as a listener shows it, in our words.
import { createHash, X509Certificate as NodeCertificate } from 'node:crypto'
import 'reflect-metadata'
import {
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
} from '@peculiar/x509'
import type { Certificate } from '../../pki/model.ts'

const USAGES: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
}
const KEY_USAGES = [
  ['digitalSignature', KeyUsageFlags.digitalSignature],
  ['keyEncipherment', KeyUsageFlags.keyEncipherment],
  ['keyAgreement', KeyUsageFlags.keyAgreement],
  ['keyCertSign', KeyUsageFlags.keyCertSign],
  ['cRLSign', KeyUsageFlags.cRLSign],
] as const

const sha256 = (bytes: ArrayBuffer | Uint8Array) =>
  createHash('sha256')
    .update(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes))
    .digest('hex')
const base64 = (bytes: ArrayBuffer) => Buffer.from(bytes).toString('base64')

function publicKeyOf(one: NodeCertificate): Certificate['publicKey'] {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = one.publicKey
  const curve = /\d+/.exec(details?.namedCurve ?? '')?.[0]
  const bits = details?.modulusLength ?? Number(curve ?? 0)
  if (type === 'ed25519') return { type, bits: 256 }
  return { type: type === 'rsa' || type === 'ec' ? type : 'other', bits }
}

function signatureOf(one: X509Certificate): string {
  const { name = '', hash } = one.signatureAlgorithm as { name?: string; hash?: { name?: string } }
  const scheme = name.startsWith('RSA') ? 'RSA' : name
  const digest = (hash?.name ?? '').replace('-', '')
  return scheme === 'ECDSA' ? `ECDSA-${digest}` : `${digest}-${scheme}`
}

const names = (one: X509Certificate, type: 'dns' | 'ip'): string[] =>
  one
    .getExtension(SubjectAlternativeNameExtension)
    ?.names.items.filter((name) => name.type === type)
    .map((name) => name.value) ?? []

/** Throws where the bytes are no certificate. */
export function servedCertificate(der: Uint8Array): Certificate {
  const node = new NodeCertificate(der)
  const one = new X509Certificate(new Uint8Array(der))
  const usages = one.getExtension(KeyUsagesExtension)?.usages ?? 0
  return {
    subject: one.subject,
    commonName: one.subjectName.getField('CN')[0] ?? '',
    organizations: one.subjectName.getField('O'),
    issuer: one.issuer,
    subjectDer: base64(one.subjectName.toArrayBuffer()),
    issuerDer: base64(one.issuerName.toArrayBuffer()),
    serial: one.serialNumber.toLowerCase(),
    dnsNames: names(one, 'dns'),
    ipAddresses: names(one, 'ip'),
    isCa: node.ca,
    keyUsages: KEY_USAGES.filter(([, flag]) => (usages & flag) !== 0).map(([name]) => name),
    extendedKeyUsages:
      one
        .getExtension(ExtendedKeyUsageExtension)
        ?.usages.map((usage) => USAGES[String(usage)] ?? String(usage)) ?? [],
    notBefore: one.notBefore.toISOString(),
    notAfter: one.notAfter.toISOString(),
    signatureAlgorithm: signatureOf(one),
    publicKey: publicKeyOf(node),
    spkiSha256: sha256(one.publicKey.rawData),
    fingerprint: sha256(der),
    pem: one.toString('pem'),
  }
}
