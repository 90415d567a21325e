// Issues certificates: everything that is asked for, and nothing that is judged here. Probes and tests need bad ones too.
import { type KeyObject, randomBytes } from 'node:crypto'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { KeepError } from '../core/error.ts'
import { type Hash, type KeyKind, generateKey, publicKey, signatureOf, signingKey } from './key.ts'
import type { AlternativeNames } from './names.ts'

export type ExtendedUsage = 'serverAuth' | 'clientAuth'

export interface Request {
  readonly commonName: string
  readonly organizations?: readonly string[]
  readonly names?: AlternativeNames
  /** Left out: no extension, which means any use. */
  readonly usages?: readonly ExtendedUsage[]
  readonly notBefore: Date
  readonly notAfter: Date
  /** An existing key, else a fresh one of `keyKind`. */
  readonly key?: KeyObject
  readonly keyKind?: KeyKind
  readonly isCa?: boolean
  /** Default SHA-256, SHA-384 under a P-384 key. */
  readonly hash?: Hash
}

/** A certificate with its private key. */
export interface Issued {
  readonly pem: string
  readonly der: Uint8Array
  readonly key: KeyObject
  /** Lower-case hexadecimal. */
  readonly serial: string
}

const OIDS = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2' } as const
const { KeyUsageFlags } = x509

/** 127 random bits, positive: serials stay apart across CAs too (etcd's CRL check does not compare issuers). */
function randomSerial(): string {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0] ?? 0) & 0x7f || 1
  return bytes.toString('hex')
}

function subjectOf({ commonName, organizations = [] }: Request): x509.JsonName {
  return [
    ...organizations.map((name) => ({ O: [name] })),
    ...(commonName === '' ? [] : [{ CN: [commonName] }]),
  ]
}

function usageBits(isCa: boolean, key: KeyObject): x509.KeyUsageFlags {
  if (isCa)
    return KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature
  if (key.asymmetricKeyType === 'rsa')
    return KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment
  return KeyUsageFlags.digitalSignature
}

async function extensionsOf(
  request: Request,
  key: KeyObject,
  issuerKey: KeyObject,
  hash: Hash,
): Promise<x509.Extension[]> {
  const { names, usages, isCa = false } = request
  const alternative = [
    ...(names?.dns ?? []).map((value) => ({ type: 'dns' as const, value })),
    ...(names?.ips ?? []).map((value) => ({ type: 'ip' as const, value })),
  ]
  return [
    new x509.BasicConstraintsExtension(isCa, undefined, true),
    new x509.KeyUsagesExtension(usageBits(isCa, key), true),
    ...(usages ? [new x509.ExtendedKeyUsageExtension(usages.map((usage) => OIDS[usage]))] : []),
    ...(alternative.length > 0 ? [new x509.SubjectAlternativeNameExtension(alternative)] : []),
    await x509.SubjectKeyIdentifierExtension.create(publicKey(key, hash)),
    await x509.AuthorityKeyIdentifierExtension.create(publicKey(issuerKey, hash)),
  ]
}

/** Signs `request` with `issuer`, or with its own key where there is none. */
export async function issue(request: Request, issuer?: Issued): Promise<Issued> {
  const key = request.key ?? (await generateKey(request.keyKind))
  const signer = issuer?.key ?? key
  const hash =
    request.hash ??
    (signer.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'SHA-384' : 'SHA-256')
  const authority = issuer && new x509.X509Certificate(issuer.der)
  const subject = subjectOf(request)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: randomSerial(),
    subject,
    issuer: authority?.subjectName ?? subject,
    notBefore: request.notBefore,
    notAfter: request.notAfter,
    publicKey: publicKey(key, hash),
    signingKey: signingKey(signer, hash),
    signingAlgorithm: signatureOf(signer, hash),
    extensions: await extensionsOf(request, key, signer, hash),
  })
  if (authority) sameIssuer(certificate, authority)
  const der = new Uint8Array(certificate.rawData)
  return { pem: `${certificate.toString('pem')}\n`, der, key, serial: certificate.serialNumber }
}

/** Go and OpenSSL chain by the bytes of the name, not by its text. */
function sameIssuer(certificate: x509.X509Certificate, authority: x509.X509Certificate): void {
  const written = Buffer.from(certificate.issuerName.toArrayBuffer())
  if (written.equals(Buffer.from(authority.subjectName.toArrayBuffer()))) return
  throw new KeepError('bug', 'pki.issuer-name', 'the issuer name was not written byte by byte', {
    hint: 'please report it with the CA certificate',
  })
}

/** A revocation list in DER: etcd 3.6 reads no PEM there. */
export async function issueCrl(
  issuer: Issued,
  revoked: readonly string[],
  { thisUpdate, nextUpdate }: { readonly thisUpdate: Date; readonly nextUpdate: Date },
): Promise<Uint8Array> {
  const crl = await x509.X509CrlGenerator.create({
    issuer: new x509.X509Certificate(issuer.der).subjectName,
    thisUpdate,
    nextUpdate,
    entries: revoked.map((serialNumber) => ({ serialNumber, revocationDate: thisUpdate })),
    signingKey: signingKey(issuer.key, 'SHA-256'),
    signingAlgorithm: signatureOf(issuer.key, 'SHA-256'),
  })
  return new Uint8Array(crl.rawData)
}
