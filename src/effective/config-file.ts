// etcd's --config-file: YAML 1.1 turned into JSON and read by Go's decoder, which ignores keys it does not know.
import { LineCounter, parseDocument } from 'yaml'
import { whyNoYaml } from '../core/foreign-yaml.ts'
import { ETCD_FLAGS } from './etcd-flags.ts'
import type { Problem } from './model.ts'

export interface ConfigFile {
  /** By flag name. `client-cert-allowed-cn` has no flag but lives here too. */
  readonly settings: Readonly<Record<string, string>>
  readonly problems: readonly Problem[]
}

const TRANSPORT_KEYS = [
  'cert-file',
  'key-file',
  'client-cert-file',
  'client-key-file',
  'client-cert-auth',
  'trusted-ca-file',
  'auto-tls',
] as const

const section = (prefix: string, skip: string): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(TRANSPORT_KEYS.map((key) => [key, `${prefix}${key}`])),
  'allowed-cn': `${prefix || 'client-'}cert-allowed-cn`,
  'allowed-hostname': `${prefix || 'client-'}cert-allowed-hostname`,
  'skip-client-san-verification': skip,
})

const SECTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'client-transport-security': section('', 'client-skip-client-san-verification'),
  'peer-transport-security': section('peer-', 'peer-skip-client-san-verification'),
  'socket-options': { 'reuse-port': 'socket-reuse-port', 'reuse-address': 'socket-reuse-address' },
  'discovery-config': {},
}

const WITHOUT_KEY = new Set([
  ...Object.values(SECTIONS).flatMap((keys) => Object.values(keys)),
  'client-crl-file',
  'peer-crl-file',
  'config-file',
  'version',
  'experimental-peer-skip-client-san-verification',
  'experimental-snapshot-catchup-entries',
])

/** Top-level keys by the name Go looks for. */
const TOP: ReadonlyMap<string, string> = new Map([
  ...[...ETCD_FLAGS.keys()]
    .filter((name) => !WITHOUT_KEY.has(name))
    .map((name): [string, string] => [name, name]),
  ['experimental-snapshot-catch-up-entries', 'experimental-snapshot-catchup-entries'],
])

const INSIDE: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(SECTIONS).flatMap(([table, keys]) =>
    Object.entries(keys).map(([key, name]): [string, string[]] => [name, [table, key]]),
  ),
)

/** Where a setting stands in the file, by flag name; `undefined` where etcd takes it from a flag only. */
export const configKeys = (name: string): readonly string[] | undefined =>
  INSIDE.get(name) ?? (TOP.has(name) ? [name] : undefined)

const text = (value: unknown): string | undefined => {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map((one) => String(one)).join(',')
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

const bad = (setting: string, message: string): Problem => ({
  code: 'bad-value',
  fatal: true,
  setting,
  message,
})

class Reading {
  readonly settings: Record<string, string> = {}
  readonly problems: Problem[] = []

  unknown(key: string): void {
    const crl = key.endsWith('crl-file') ? ': etcd takes a revocation list from a flag only' : ''
    this.problems.push({
      code: 'unknown-key',
      fatal: false,
      setting: key,
      message: `etcd knows no key ${key} here and ignores it without a word${crl}`,
    })
  }

  take(name: string, value: unknown): void {
    const kind = ETCD_FLAGS.get(name)?.kind ?? (name.includes('skip-client-san') ? 'bool' : 'value')
    const read = text(value)
    if (read === undefined || (kind === 'bool' && value !== null && typeof value !== 'boolean'))
      this.problems.push(bad(name, `${name} has a value of the wrong type`))
    else if (value !== null) this.settings[name] = read
  }

  table(name: string, value: unknown): void {
    if (value === null) return
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.problems.push(bad(name, `${name} is no table of keys`))
      return
    }
    const keys = SECTIONS[name] ?? {}
    if (name === 'discovery-config') return
    for (const [key, inner] of Object.entries(value as Record<string, unknown>)) {
      const lower = key.toLowerCase()
      const setting = Object.hasOwn(keys, lower) ? keys[lower] : undefined
      if (setting === undefined) this.unknown(`${name}.${key}`)
      else this.take(setting, inner)
    }
  }
}

function decode(source: string): { value: unknown } | { error: string } {
  const why = whyNoYaml(source)
  if (why !== undefined) return { error: why }
  const lines = new LineCounter()
  try {
    const document = parseDocument(source, {
      version: '1.1',
      uniqueKeys: false,
      strict: false,
      lineCounter: lines,
      logLevel: 'silent',
    })
    const [error] = document.errors
    if (error) return { error: `line ${error.linePos?.[0].line ?? '?'} is no valid YAML` }
    return { value: document.toJS({ maxAliasCount: 100 }) as unknown }
  } catch {
    return { error: 'it is no valid YAML' }
  }
}

/** What etcd reads from the text of its configuration file. Never throws. */
export function parseConfigFile(source: string): ConfigFile {
  const reading = new Reading()
  const decoded = decode(source)
  if ('error' in decoded)
    return {
      settings: {},
      problems: [bad('config-file', `etcd refuses its file: ${decoded.error}`)],
    }
  const { value } = decoded
  if (value === null || value === undefined) return { settings: {}, problems: [] }
  if (typeof value !== 'object' || Array.isArray(value))
    return {
      settings: {},
      problems: [bad('config-file', 'etcd refuses its file: no table of keys')],
    }
  for (const [key, inner] of Object.entries(value)) {
    // Go's JSON decoder matches keys without regard to case.
    const lower = key.toLowerCase()
    const setting = TOP.get(lower)
    if (Object.hasOwn(SECTIONS, lower)) reading.table(lower, inner)
    else if (setting === undefined) reading.unknown(key)
    else reading.take(setting, inner)
  }
  return reading
}
