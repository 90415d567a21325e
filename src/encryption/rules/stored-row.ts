/** How one value is stored, read off its first bytes. */
export interface StoredAs {
  /** `unknown`: encrypted by a provider nobody knows, or no storage format of Kubernetes at all. */
  readonly provider:
    | 'plaintext'
    | 'aescbc'
    | 'aesgcm'
    | 'secretbox'
    | 'kms-v1'
    | 'kms-v2'
    | 'unknown'
  /** The key's or plugin's name, up to the first `:` where no configured name matches; of an unknown provider its name. */
  readonly key?: string
  /** Of plaintext. */
  readonly encoding?: 'protobuf' | 'json' | 'cbor'
}

/** A key or plugin name that a configuration knows; such a name may hold `:`. */
export interface KnownName {
  readonly provider: StoredAs['provider']
  readonly name: string
}

const ENCRYPTED = 'k8s:enc:'
const PROVIDERS = {
  'aescbc:v1': 'aescbc',
  'aesgcm:v1': 'aesgcm',
  'secretbox:v1': 'secretbox',
  'kms:v1': 'kms-v1',
  'kms:v2': 'kms-v2',
} as const

/** Longest head that is looked at; a name that goes on beyond it is not told. */
export const HEAD_BYTES = 512

/** Where nearly every prefix ends; decoding more of each row would cost. */
const USUAL = 64
/** Whether the name may go on: it ends at the fifth colon, or further on where a configured one says so. */
const cutShort = (latin: string, names: readonly KnownName[]) =>
  latin.split(':', 6).length < 6 || names.some(({ name }) => name.length > USUAL / 2)

/** The text of a name, byte for byte; names are UTF-8 in Go. */
const utf8 = (latin: string) => Buffer.from(latin, 'latin1').toString('utf8')

function encrypted(head: string, names: readonly KnownName[]): StoredAs {
  const rest = head.slice(ENCRYPTED.length)
  const kind = /^[a-z]+:v[0-9]+(?=:)/.exec(rest)?.[0]
  if (kind === undefined || !Object.hasOwn(PROVIDERS, kind))
    return { provider: 'unknown', key: kind ?? ENCRYPTED }
  const provider = PROVIDERS[kind as keyof typeof PROVIDERS]
  const body = rest.slice(kind.length + 1)
  const known = names.find(
    (one) =>
      one.provider === provider &&
      body.startsWith(`${Buffer.from(one.name, 'utf8').toString('latin1')}:`),
  )
  if (known) return { provider, key: known.name }
  const end = body.indexOf(':')
  return end <= 0 ? { provider } : { provider, key: utf8(body.slice(0, end)) }
}

/** Reads a value's head as the API server would: by its magic, never by the resource it stands under. */
export function storedAs(head: Uint8Array, names: readonly KnownName[] = []): StoredAs {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD_BYTES))
  const latin = bytes.toString('latin1', 0, USUAL)
  if (latin.startsWith(ENCRYPTED))
    return encrypted(cutShort(latin, names) ? bytes.toString('latin1') : latin, names)
  if (latin.startsWith('k8s\0')) return { provider: 'plaintext', encoding: 'protobuf' }
  if (latin.startsWith('\u00d9\u00d9\u00f7')) return { provider: 'plaintext', encoding: 'cbor' }
  if (/^\s*\{/.test(latin)) return { provider: 'plaintext', encoding: 'json' }
  return { provider: 'unknown' }
}
