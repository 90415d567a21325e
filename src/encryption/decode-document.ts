import { isScalar, LineCounter, parseAllDocuments, visit, type Document } from 'yaml'
import { whyNoYaml } from '../core/foreign-yaml.ts'
import { KEYED_KINDS, type EncryptionDocument, type ProviderEntry } from './model.ts'
import { decodeTroubles, type DecodeTrouble } from './rules/decode-value.ts'
import { goDuration } from './rules/go-text.ts'

/** What a file decodes to, and what the API server says against it. */
export interface Decoded {
  /** Absent where no API server version could decode the file. */
  readonly document?: EncryptionDocument
  readonly errors: readonly string[]
}

type Plain = Readonly<Record<string, unknown>>
const object = (value: unknown): Plain => (value ?? {}) as Plain
const array = (value: unknown): readonly unknown[] => (value ?? []) as unknown[]
const string = (value: unknown): string => (value ?? '') as string

const MOST_ERRORS = 20

const KINDS = ['apiserver.config.k8s.io/v1 EncryptionConfiguration', 'v1 EncryptionConfig']

/** YAML's own complaint with its line; never the line's text, which may hold a key. */
function syntaxErrors(yaml: Document, lines: LineCounter): readonly string[] {
  return yaml.errors
    .filter((error) => error.code !== 'MULTIPLE_DOCS')
    .map((error) => {
      const { line } = lines.linePos(error.pos[0])
      return `yaml: line ${line}: ${error.code.toLowerCase().replaceAll('_', ' ')}`
    })
}

/** The parser's own search for repeated keys takes the square of their number. */
function repeatedKeys(yaml: Document, text: string, lines: LineCounter): readonly string[] {
  const places: number[] = []
  visit(yaml, {
    Map(_, map) {
      const seen = new Set<unknown>()
      for (const { key } of map.items) {
        if (!isScalar(key)) continue
        if (seen.has(key.value)) places.push(key.range?.[0] ?? 0)
        seen.add(key.value)
      }
    },
  })
  return places.slice(0, MOST_ERRORS).map((place) => {
    const { line } = lines.linePos(place)
    const name = /^["']?([A-Za-z]{1,20})\b/.exec(text.slice(place, place + 30))?.[1] ?? ''
    return `strict decoding error: yaml: unmarshal errors:\n  line ${line}: key "${name}" already set in map`
  })
}

function kmsEntry(value: unknown): NonNullable<ProviderEntry['kms']> {
  const given = object(value)
  const apiVersion = string(given['apiVersion']) || 'v1'
  const cachesize = given['cachesize'] ?? (apiVersion === 'v1' ? 1000 : undefined)
  return {
    apiVersion,
    name: string(given['name']),
    endpoint: string(given['endpoint']),
    timeout: string(given['timeout']) || '3s',
    ...(cachesize !== undefined && { cachesize: cachesize as number }),
  }
}

function providerEntry(value: unknown): ProviderEntry {
  const given = object(value)
  const has = (name: string) => given[name] !== undefined && given[name] !== null
  const keyed = KEYED_KINDS.filter(has).map((kind) => {
    const keys = array(object(given[kind])['keys']).map(object)
    const named = keys.map((key) => ({ name: string(key['name']), secret: string(key['secret']) }))
    return [kind, { keys: named }]
  })
  return {
    ...Object.fromEntries(keyed),
    ...(has('identity') && { identity: {} }),
    ...(has('kms') && { kms: kmsEntry(given['kms']) }),
  }
}

function documentOf(value: unknown): EncryptionDocument {
  const entries = array(object(value)['resources']).map(object)
  return {
    resources: entries.map((entry) => ({
      resources: array(entry['resources']).map(string),
      providers: array(entry['providers']).map(providerEntry),
    })),
  }
}

function durationErrors(document: EncryptionDocument): readonly string[] {
  const providers = document.resources.flatMap((entry) => entry.providers)
  const timeouts = providers.flatMap((provider) => (provider.kms ? [provider.kms.timeout] : []))
  return timeouts
    .filter((timeout) => goDuration(timeout) === undefined)
    .map((timeout) => `time: invalid duration ${JSON.stringify(timeout)}`)
}

const strict = (troubles: readonly DecodeTrouble[]): readonly string[] => {
  const unknown = troubles.filter((trouble) => trouble.kind === 'unknown-field')
  if (unknown.length === 0) return []
  return [`strict decoding error: ${unknown.map((one) => one.message).join(', ')}`]
}

/** Decodes an EncryptionConfiguration, YAML or JSON, as strictly as kube-apiserver 1.31 and later. */
export function decodeDocument(text: string): Decoded {
  const why = whyNoYaml(text)
  if (why !== undefined) return { errors: [`yaml: ${why}`] }
  const lines = new LineCounter()
  // Kubernetes reads YAML 1.1 and the first document alone.
  const [yaml] = parseAllDocuments(text, {
    version: '1.1',
    lineCounter: lines,
    logLevel: 'silent',
    uniqueKeys: false,
  })
  if (!yaml || !('errors' in yaml)) return { errors: ["Object 'Kind' is missing in an empty file"] }
  const syntax = syntaxErrors(yaml, lines)
  if (syntax.length > 0) return { errors: syntax.slice(0, MOST_ERRORS) }
  return decodeValue(plainValue(yaml), repeatedKeys(yaml, text, lines))
}

/** `undefined` for what has no JSON form: too many aliases, a cycle. */
function plainValue(yaml: Document): unknown {
  try {
    return JSON.parse(JSON.stringify(yaml.toJS({ maxAliasCount: 100 })))
  } catch {
    return undefined
  }
}

/** A short name, or dots: a file that is no EncryptionConfiguration may hold anything. */
const name = (value: unknown): string => {
  const text = typeof value === 'string' ? value : ''
  return /^[\w./-]{1,60}$/.test(text) ? text : '…'
}

function decodeValue(value: unknown, syntax: readonly string[]): Decoded {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { errors: ['the file is no mapping', ...syntax] }
  const { apiVersion, kind } = object(value)
  if (!kind) return { errors: ["Object 'Kind' is missing", ...syntax] }
  if (!apiVersion) return { errors: ["Object 'apiVersion' is missing", ...syntax] }
  if (!KINDS.includes(`${name(apiVersion)} ${name(kind)}`))
    return {
      errors: [
        `no kind "${name(kind)}" is registered for version "${name(apiVersion)}"`,
        ...syntax,
      ],
    }
  const troubles = decodeTroubles(value)
  const wrong = troubles.filter((trouble) => trouble.kind === 'type').map((one) => one.message)
  if (wrong.length > 0) return { errors: [...wrong, ...syntax] }
  const document = documentOf(value)
  const errors = [...syntax, ...strict(troubles), ...durationErrors(document)]
  return { document, errors }
}
