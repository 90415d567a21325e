// Reads what a server says before any key is used: ServerHello, Certificate, CertificateRequest, or an
// alert (RFC 5246 section 7). Every byte is foreign.
import { KeepError } from '../../core/error.ts'
import { ByteReader } from './byte-reader.ts'

/** Handshake messages are collected up to this; a chain with a large CA pool stays far below. */
const LIMIT = 1_048_576

export interface Flight {
  /** Name of a fatal alert. */
  readonly alert?: string
  readonly version?: number
  readonly suite?: number
  readonly chain?: readonly Uint8Array[]
  /** Present once the flight is complete; `null` = no certificate is asked for. */
  readonly authorities?: readonly Uint8Array[] | null
  readonly complete: boolean
}

/** RFC 5246 section 7.2 and RFC 8446 section 6. */
const ALERTS: Readonly<Record<number, string>> = {
  0: 'close notify',
  10: 'unexpected message',
  20: 'bad record mac',
  40: 'handshake failure',
  42: 'bad certificate',
  43: 'unsupported certificate',
  44: 'certificate revoked',
  45: 'certificate expired',
  46: 'certificate unknown',
  47: 'illegal parameter',
  48: 'unknown ca',
  49: 'access denied',
  50: 'decode error',
  70: 'protocol version',
  71: 'insufficient security',
  80: 'internal error',
  86: 'inappropriate fallback',
  109: 'missing extension',
  112: 'unrecognized name',
  116: 'certificate required',
  120: 'no application protocol',
}

const corrupt = (what: string) =>
  new KeepError('corrupt', 'probe.not-tls', `the answer is not TLS: ${what}`, {
    hint: 'see what listens at this address',
  })

interface Records {
  readonly handshake: Buffer
  readonly alert?: string
}

/** Joins the handshake bytes of every whole record; a record that is cut short is left for later. */
function readRecords(bytes: Buffer): Records {
  const parts: Buffer[] = []
  let at = 0
  while (bytes.length - at >= 5) {
    const type = bytes.readUInt8(at)
    const length = bytes.readUInt16BE(at + 3)
    if (bytes.readUInt8(at + 1) !== 3 || length > 18_432) throw corrupt('no record header')
    const body = bytes.subarray(at + 5, at + 5 + length)
    if (type === 21 && body.length >= 2) {
      const code = body.readUInt8(1)
      return { handshake: Buffer.concat(parts), alert: ALERTS[code] ?? `number ${code}` }
    }
    if (type !== 22 && type !== 21) throw corrupt(`record type ${type}`)
    if (body.length < length) break
    parts.push(body)
    at += 5 + length
  }
  if (at === 0 && bytes.length > 1 && ![21, 22].includes(bytes.readUInt8(0)))
    throw corrupt('no record header')
  return { handshake: Buffer.concat(parts) }
}

function readServerHello(body: Buffer): Pick<Flight, 'version' | 'suite'> {
  const reader = new ByteReader(body, corrupt)
  const version = reader.u16()
  reader.take(32)
  reader.vector8()
  return { version, suite: reader.u16() }
}

function readChain(body: Buffer): readonly Uint8Array[] {
  const list = new ByteReader(new ByteReader(body, corrupt).vector24(), corrupt)
  const chain: Uint8Array[] = []
  while (!list.done()) chain.push(list.vector24())
  return chain
}

function readAuthorities(body: Buffer, version: number): readonly Uint8Array[] {
  const reader = new ByteReader(body, corrupt)
  reader.vector8()
  if (version === 0x0303) reader.vector16()
  const list = new ByteReader(reader.vector16(), corrupt)
  const names: Uint8Array[] = []
  while (!list.done()) names.push(list.vector16())
  return names
}

/**
 * Everything that can be told from the bytes so far.
 * Throws KeepError `corrupt` where they are no TLS 1.0 to 1.2 flight.
 */
export function readFlight(bytes: Buffer): Flight {
  if (bytes.length > LIMIT) throw corrupt('endless handshake')
  const { handshake, alert } = readRecords(bytes)
  let flight: Flight = { complete: false, ...(alert !== undefined && { alert }) }
  let asked: readonly Uint8Array[] | null = null
  let at = 0
  while (handshake.length - at >= 4) {
    const type = handshake.readUInt8(at)
    const end = at + 4 + handshake.readUIntBE(at + 1, 3)
    if (end > handshake.length) break
    const body = handshake.subarray(at + 4, end)
    if (type === 2) flight = { ...flight, ...readServerHello(body) }
    else if (flight.version === undefined) throw corrupt(`message ${type} before ServerHello`)
    else if (type === 11) flight = { ...flight, chain: readChain(body) }
    else if (type === 13) asked = readAuthorities(body, flight.version)
    else if (type === 14) return { ...flight, authorities: asked, complete: true }
    at = end
  }
  return flight
}
