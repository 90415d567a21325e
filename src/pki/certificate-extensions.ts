// The extensions that decide what a certificate is good for (RFC 5280 section 4.2).
import { type DerValue, TAG, corrupt, derChildren, derValues, oidText } from './der.ts'

const USAGES = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
]
const EXTENDED: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '2.5.29.37.0': 'any',
}
const DNS = 0x82
const IP = 0x87
const TRUE = 0x01

type Extensions = ReadonlyMap<string, DerValue>

/** Each extension's value by OID; later ones of the same OID are not looked at. */
export function extensions(list: readonly DerValue[]): Extensions {
  const found = new Map<string, DerValue>()
  for (const extension of list) {
    const parts = derChildren(extension)
    const value = parts.at(-1)
    const id = oidText(parts[0])
    if (value?.tag !== TAG.octetString) throw corrupt('an extension without a value')
    const [inner] = derValues(value.content)
    if (inner && !found.has(id)) found.set(id, inner)
  }
  return found
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.length !== 16) throw corrupt('an address that is none')
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  )
  return (URL.parse(`http://[${groups.join(':')}]`)?.hostname ?? '').slice(1, -1)
}

export function alternativeNames(found: Extensions): { dns: string[]; ips: string[] } {
  const value = found.get('2.5.29.17')
  const names = value ? derChildren(value) : []
  const dns = names.filter((name) => name.tag === DNS)
  const ips = names.filter((name) => name.tag === IP)
  return {
    dns: dns.map((name) => Buffer.from(name.content).toString('latin1')),
    ips: ips.map((name) => addressText(name.content)),
  }
}

export const isCa = (found: Extensions): boolean => {
  const value = found.get('2.5.29.19')
  const [first] = value ? derChildren(value) : []
  return first?.tag === TRUE && first.content[0] !== 0
}

export function keyUsages(found: Extensions): readonly string[] {
  const bits = found.get('2.5.29.15')
  if (bits?.tag !== TAG.bitString) return []
  const [, ...bytes] = bits.content
  return USAGES.filter((_, i) => ((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1)
}

export function extendedKeyUsages(found: Extensions): readonly string[] {
  const value = found.get('2.5.29.37')
  return value ? derChildren(value).map((one) => EXTENDED[oidText(one)] ?? oidText(one)) : []
}
