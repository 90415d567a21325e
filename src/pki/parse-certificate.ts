// X.509 from foreign bytes: whatever comes in, a certificate comes out or KeepError `corrupt`.
import type { Certificate } from './model.ts'
import { KeepError } from '../core/error.ts'
import {
  alternativeNames,
  extendedKeyUsages,
  extensions,
  isCa,
  keyUsages,
} from './certificate-extensions.ts'
import {
  type DerValue,
  corrupt,
  derChildren,
  derValues,
  integerText,
  timeText,
  TAG,
} from './der.ts'
import { nameParts, nameText } from './distinguished-name.ts'
import { describeSpki, sha256, signatureName } from './public-key.ts'

const EXPLICIT_VERSION = 0xa0
const EXPLICIT_EXTENSIONS = 0xa3

const base64 = (value: DerValue) => Buffer.from(value.whole).toString('base64')

/** PEM with lines of 64 characters. */
const pem = (der: Uint8Array) => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

function read(der: Uint8Array): Certificate {
  const [outer, ...rest] = derValues(der)
  if (rest.length > 0) throw corrupt('something follows it')
  const [signed, algorithm] = derChildren(outer)
  const fields = derChildren(signed)
  const [serial, , issuer, validity, subject, spki, ...more] =
    fields[0]?.tag === EXPLICIT_VERSION ? fields.slice(1) : fields
  if (!issuer || !subject || spki?.tag !== TAG.sequence) throw corrupt('a part is missing')
  const [notBefore, notAfter] = derChildren(validity)
  const wrapper = more.find((value) => value.tag === EXPLICIT_EXTENSIONS)
  const [list] = wrapper ? derChildren(wrapper, EXPLICIT_EXTENSIONS) : []
  const found = extensions(list ? derChildren(list) : [])
  const names = alternativeNames(found)
  const parts = nameParts(subject)
  const valuesOf = (type: string) =>
    parts.filter((part) => part.type === type).map((part) => part.value)
  return {
    subject: nameText(parts),
    // Go takes the last one where there are several.
    commonName: valuesOf('CN').at(-1) ?? '',
    organizations: valuesOf('O'),
    issuer: nameText(nameParts(issuer)),
    subjectDer: base64(subject),
    issuerDer: base64(issuer),
    serial: integerText(serial),
    dnsNames: names.dns,
    ipAddresses: names.ips,
    isCa: isCa(found),
    keyUsages: keyUsages(found),
    extendedKeyUsages: extendedKeyUsages(found),
    notBefore: timeText(notBefore),
    notAfter: timeText(notAfter),
    signatureAlgorithm: signatureName(algorithm),
    publicKey: describeSpki(spki.whole),
    spkiSha256: sha256(spki.whole),
    fingerprint: sha256(der),
    pem: pem(der),
  }
}

/** One DER certificate. Throws KeepError `corrupt`. */
export function parseDer(der: Uint8Array): Certificate {
  try {
    return read(der)
  } catch (thrown) {
    throw thrown instanceof KeepError ? thrown : corrupt('its bytes make no sense')
  }
}

/** A chain as a listener presents it, leaf first. Throws KeepError `corrupt`. */
export const parseDerChain = (chain: readonly Uint8Array[]): readonly Certificate[] =>
  chain.map(parseDer)

const BLOCK = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g
const BODY = /^\s*(?:[\w-]+:[^\n]*\n)*\s*([A-Za-z0-9+/=\s]*)$/

/**
 * Every certificate of a PEM file, in order, or the one of a DER file. As in Go, what stands between blocks,
 * blocks of other kinds and blocks that are no base64 are passed over.
 * Throws KeepError `corrupt` where a block is no certificate or nothing is found.
 */
export function parseCertificates(bytes: Uint8Array): readonly Certificate[] {
  const text = Buffer.from(bytes).toString('latin1')
  if (bytes[0] === TAG.sequence && !text.includes('-----BEGIN')) return [parseDer(bytes)]
  const bodies = [...text.matchAll(BLOCK)].map(([, body = '']) => BODY.exec(body)?.[1] ?? '')
  const found = bodies
    .map((body) => Buffer.from(body.replace(/\s/g, ''), 'base64'))
    .filter((der) => der.length > 0)
  if (found.length === 0)
    throw corrupt(bytes.length === 0 ? 'the file is empty' : 'no CERTIFICATE block in it')
  return parseDerChain(found)
}
