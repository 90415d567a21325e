// Names of X.509 as RFC 4514 text.
import { type DerValue, derChildren, oidText } from './der.ts'

const SHORT: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.25': 'DC',
  '0.9.2342.19200300.100.1.1': 'UID',
}
const SET = 0x31
const BMP = 0x1e

export interface NamePart {
  readonly type: string
  readonly value: string
}

function text(value: DerValue | undefined): string {
  const bytes = Buffer.from(value?.content ?? [])
  if (value?.tag !== BMP) return bytes.toString('utf8')
  return bytes.length % 2 === 0 ? bytes.swap16().toString('utf16le') : bytes.toString('hex')
}

/** Every attribute of a DER name, in its order. Throws KeepError `corrupt`. */
export const nameParts = (name: DerValue | undefined): readonly NamePart[] =>
  derChildren(name)
    .flatMap((set) => derChildren(set, SET))
    .map((attribute) => {
      const [type, value] = derChildren(attribute)
      const oid = oidText(type)
      return { type: SHORT[oid] ?? oid, value: text(value) }
    })

const escape = (value: string) =>
  value
    .replace(/[\\,+"<>;]/g, (character) => `\\${character}`)
    // Control characters would let a name write to the reader's terminal.
    .replace(/\p{Cc}/gu, (character) => `\\${Buffer.from(character).toString('hex')}`)
    .replace(/^[ #]/, (character) => `\\${character}`)

/** RFC 4514: last attribute first. */
export const nameText = (parts: readonly NamePart[]): string =>
  parts
    .toReversed()
    .map(({ type, value }) => `${type}=${escape(value)}`)
    .join(',')
