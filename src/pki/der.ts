// A reader of DER (X.690) for bytes from anywhere: definite lengths, one-byte tags, nothing read past the end.
import { KeepError } from '../core/error.ts'

export interface DerValue {
  /** Identifier octet: `0x30` SEQUENCE, `0xa3` context [3] constructed. */
  readonly tag: number
  readonly content: Uint8Array
  /** With tag and length: what names and keys are compared by. */
  readonly whole: Uint8Array
}

export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const

export const corrupt = (what: string): KeepError =>
  new KeepError('corrupt', 'pki.not-a-certificate', `not a certificate: ${what}`, {
    hint: 'put the certificate there again, as PEM or DER',
  })

function lengthAt(bytes: Uint8Array, at: number): { length: number; start: number } {
  const first = bytes[at]
  if (first === undefined) throw corrupt('it ends inside a value')
  if (first < 0x80) return { length: first, start: at + 1 }
  const octets = first & 0x7f
  if (octets === 0 || octets > 4) throw corrupt('a length that DER does not allow')
  let length = 0
  for (let i = 1; i <= octets; i += 1) length = length * 256 + (bytes[at + i] ?? 0)
  return { length, start: at + 1 + octets }
}

/** The values that stand one after another in `bytes`. Throws KeepError `corrupt`. */
export function derValues(bytes: Uint8Array): readonly DerValue[] {
  const found: DerValue[] = []
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at] ?? 0
    if ((tag & 0x1f) === 0x1f) throw corrupt('a tag that certificates do not have')
    const { length, start } = lengthAt(bytes, at + 1)
    const end = start + length
    if (end > bytes.length) throw corrupt('it ends inside a value')
    found.push({ tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) })
    at = end
  }
  return found
}

/** What a constructed value of the wanted tag holds. Throws KeepError `corrupt`. */
export function derChildren(
  value: DerValue | undefined,
  tag: number = TAG.sequence,
): readonly DerValue[] {
  if (value?.tag !== tag) throw corrupt('a part is missing or out of place')
  return derValues(value.content)
}

/** `2.5.29.17`. */
export function oidText(value: DerValue | undefined): string {
  if (value?.tag !== TAG.oid || value.content.length === 0) throw corrupt('an OID is missing')
  const arcs: number[] = []
  let arc = 0
  for (const byte of value.content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte & 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  const [first = 0, ...rest] = arcs
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...rest].join('.')
}

/** ISO 8601 of a UTCTime or GeneralizedTime (RFC 5280 section 4.1.2.5: Zulu, with seconds). */
export function timeText(value: DerValue | undefined): string {
  const text = Buffer.from(value?.content ?? []).toString('latin1')
  const [, year = '', rest = ''] =
    (value?.tag === TAG.utcTime ? /^(\d\d)(\d{10})Z$/ : /^(\d{4})(\d{10})Z$/).exec(text) ?? []
  const full = year.length === 2 ? `${Number(year) < 50 ? '20' : '19'}${year}` : year
  const parts = /^(..)(..)(..)(..)(..)$/.exec(rest)?.slice(1) ?? []
  const [month, day, hour, minute, second] = parts
  const date = new Date(`${full}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(date.getTime())) throw corrupt('a date that is none')
  return date.toISOString()
}

/** Lower-case hexadecimal without the sign's zero byte. */
export const integerText = (value: DerValue | undefined): string => {
  if (value?.tag !== TAG.integer) throw corrupt('a number is missing')
  return Buffer.from(value.content)
    .toString('hex')
    .replace(/^(00)+(?=..)/, '')
}
