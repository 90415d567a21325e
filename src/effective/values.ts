// Values that etcd refuses. Messages never repeat the value: it may be a secret in the wrong place.
import { ETCD_FLAGS } from './etcd-flags.ts'
import { parseBool } from './go-flags.ts'
import { isUnresolved } from './unresolved.ts'

const ONE_OF: Readonly<Record<string, readonly string[]>> = {
  'initial-cluster-state': ['new', 'existing'],
  'auto-compaction-mode': ['periodic', 'revision'],
  'tls-min-version': ['TLS1.2', 'TLS1.3', ''],
  'tls-max-version': ['TLS1.2', 'TLS1.3', ''],
}

const NUMBER = new Set([
  'snapshot-count',
  'heartbeat-interval',
  'election-timeout',
  'max-snapshots',
  'max-wals',
  'quota-backend-bytes',
  'max-txn-ops',
  'max-request-bytes',
  'bcrypt-cost',
  'auth-token-ttl',
  'self-signed-cert-validity',
])

const AES = ['AES_128_CBC_SHA', 'AES_256_CBC_SHA', 'AES_128_GCM_SHA256', 'AES_256_GCM_SHA384']
const CHACHA = 'CHACHA20_POLY1305'
const OLD = ['RC4_128_SHA', 'AES_128_CBC_SHA256']
/** By the names of Go's crypto/tls; no OpenSSL name is known, and no space is left out. */
const GO_SUITES: ReadonlySet<string> = new Set([
  ...[...AES, ...OLD].map((suite) => `TLS_RSA_WITH_${suite}`),
  ...['RSA', 'ECDSA'].flatMap((key) =>
    [...AES, ...OLD, CHACHA, `${CHACHA}_SHA256`].map((suite) => `TLS_ECDHE_${key}_WITH_${suite}`),
  ),
  'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA',
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
])

function badUrl(text: string): string | undefined {
  const found = /^([a-z]+):\/\/([^/?#]*)(.*)$/i.exec(text.trim())
  if (!found) return 'has an entry that is no URL'
  const [, scheme = '', address = '', rest = ''] = found
  if (scheme === 'unix' || scheme === 'unixs') return undefined
  if (scheme !== 'http' && scheme !== 'https') return 'has a URL of a scheme etcd does not know'
  if (!/^(\[[^\]]*\]|[^:]*):\d*$/.test(address)) return 'has a URL that is not host:port'
  return rest === '' ? undefined : 'has a URL with a path'
}

function listenHost(text: string): string | undefined {
  const host = /^https?:\/\/(\[[^\]]*\]|[^:]*):/.exec(text.trim())?.[1] ?? ''
  const address = host === 'localhost' || /^(\d+\.){3}\d+$|^\[.*\]$/.test(host)
  return address || text.startsWith('unix') ? undefined : 'listens on a name; etcd wants an address'
}

/** What is wrong with a value as a clause, or undefined. */
export function wrongWith(name: string, value: string): string | undefined {
  if (isUnresolved(value)) return undefined
  if (ETCD_FLAGS.get(name)?.kind === 'bool')
    return parseBool(value) === undefined ? 'is neither true nor false' : undefined
  const choices = ONE_OF[name]
  if (choices && !choices.includes(value)) return `is none of ${choices.filter(Boolean).join(', ')}`
  if (NUMBER.has(name)) return /^-?\d+$/.test(value) ? undefined : 'is no whole number'
  if (name === 'cipher-suites' && value !== '')
    return value.split(',').every((suite) => GO_SUITES.has(suite))
      ? undefined
      : 'has an entry that is no cipher suite of Go'
  if (!name.endsWith('-urls') || value === '') return undefined
  const urls = value.split(',')
  const first = urls.map(badUrl).find((why) => why !== undefined)
  if (first !== undefined || !name.startsWith('listen-')) return first
  return urls.map(listenHost).find((why) => why !== undefined)
}
