// A TLS ClientHello written by hand (RFC 5246 section 7.4.1), because Node's OpenSSL no longer offers
// the suites and versions that a bad listener would take.
import { randomBytes } from 'node:crypto'

export const VERSION_NUMBERS = { 'TLS1.0': 0x0301, 'TLS1.1': 0x0302, 'TLS1.2': 0x0303 } as const

const u16 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2)
  values.forEach((value, index) => bytes.writeUInt16BE(value, index * 2))
  return bytes
}
const vector16 = (bytes: Buffer) => Buffer.concat([u16(bytes.length), bytes])
const extension = (type: number, body: Buffer) => Buffer.concat([u16(type), vector16(body)])

function serverName(name: string): Buffer {
  const host = Buffer.from(name, 'latin1')
  return extension(0, vector16(Buffer.concat([Buffer.of(0), vector16(host)])))
}

/** Signature schemes of RFC 8446 section 4.2.3, newest first, down to SHA-1 with RSA and ECDSA. */
const SIGNATURES = u16(
  0x0403,
  0x0503,
  0x0603,
  0x0807,
  0x0804,
  0x0805,
  0x0806,
  0x0401,
  0x0501,
  0x0601,
  0x0203,
  0x0201,
)
/** X25519, P-256, P-384, P-521. */
const GROUPS = u16(0x001d, 0x0017, 0x0018, 0x0019)

function extensions(version: number, name: string | undefined): Buffer {
  const parts = [
    ...(name === undefined ? [] : [serverName(name)]),
    extension(10, vector16(GROUPS)),
    extension(11, Buffer.of(1, 0)),
    ...(version === 0x0303 ? [extension(13, vector16(SIGNATURES))] : []),
    extension(0xff01, Buffer.of(0)),
  ]
  return vector16(Buffer.concat(parts))
}

export interface Hello {
  readonly version: keyof typeof VERSION_NUMBERS
  readonly suites: readonly number[]
  /** A DNS name for the server name indication; never an IP address. */
  readonly serverName?: string
}

/** The whole record, ready to be sent. */
export function clientHello(hello: Hello): Buffer {
  const version = VERSION_NUMBERS[hello.version]
  const body = Buffer.concat([
    u16(version),
    randomBytes(32),
    Buffer.of(0), // no session
    vector16(u16(...hello.suites)),
    Buffer.of(1, 0), // no compression
    extensions(version, hello.serverName),
  ])
  const head = Buffer.of(1, 0, 0, 0)
  head.writeUIntBE(body.length, 1, 3)
  return Buffer.concat([Buffer.of(22), u16(0x0301), vector16(Buffer.concat([head, body]))])
}
