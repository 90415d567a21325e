// CA certificates for the examples of controls: told apart by name and key, all else is alike.
import { known } from '../core/fact.ts'
import type { Certificate } from '../pki/model.ts'
import type { CertificateFile, CertificateRole } from './facts/certificates.ts'

export const authority = (subject: string, key: string): Certificate => ({
  subject,
  commonName: subject.replace(/^CN=/, ''),
  organizations: [],
  issuer: subject,
  subjectDer: Buffer.from(subject).toString('base64'),
  issuerDer: Buffer.from(subject).toString('base64'),
  serial: '01',
  dnsNames: [],
  ipAddresses: [],
  isCa: true,
  keyUsages: ['keyCertSign'],
  extendedKeyUsages: [],
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2036-01-01T00:00:00.000Z',
  signatureAlgorithm: 'ECDSA-SHA256',
  publicKey: { type: 'ec', bits: 256 },
  spkiSha256: key.repeat(32),
  fingerprint: key.repeat(32),
  pem: '',
})

/** A certificate for servers and clients, issued by the CA. */
export const issued = (
  subject: string,
  key: string,
  by: Certificate,
  parts: Partial<Certificate> = {},
): Certificate => ({
  ...authority(subject, key),
  issuer: by.subject,
  issuerDer: by.subjectDer,
  isCa: false,
  keyUsages: ['digitalSignature'],
  extendedKeyUsages: ['serverAuth', 'clientAuth'],
  notAfter: '2027-01-01T00:00:00.000Z',
  ...parts,
})

const ofApiserver = (role: CertificateRole) => role.startsWith('apiserver') || role === 'cluster-ca'

/** As the running process names it. */
export const certificateFile = (
  role: CertificateRole,
  path: string,
  ...certificates: readonly Certificate[]
): CertificateFile => ({
  role,
  flag: role,
  layer: 'running',
  source: ofApiserver(role) ? 'process kube-apiserver' : 'process etcd',
  path,
  certificates: known(certificates),
})
