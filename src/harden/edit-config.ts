// Edits etcd's configuration file as text: comments, order and everything that is not meant stay as they are.
import { isMap, isScalar, parseDocument, type Document, type YAMLMap } from 'yaml'
import { KeepError } from '../core/error.ts'
import { configKeys } from '../effective/config-file.ts'
import { kindOfEtcdFlag } from '../effective/etcd-flags.ts'
import type { FlagChanges } from './model.ts'

const refuse = (message: string): KeepError =>
  new KeepError('config', 'harden.config-file', message, {
    hint: 'Edit the configuration file by hand; `etcdkeep explain` says what to change.',
  })

function parse(source: string): { document: Document; root: YAMLMap } {
  const document: Document = parseDocument(source, { version: '1.1', keepSourceTokens: true })
  const [error] = document.errors
  if (error)
    throw refuse(`the configuration file is no YAML: ${error.message.split('\n')[0] ?? ''}`)
  if (document.contents === null) document.contents = document.createNode({})
  if (!isMap(document.contents)) throw refuse('the configuration file is no table of keys')
  return { document, root: document.contents }
}

/** The key as it stands there: Go's decoder matches without regard to case. */
function spelled(table: YAMLMap, key: string): string {
  const found = table.items
    .map((pair) => (isScalar(pair.key) ? String(pair.key.value) : ''))
    .filter((one) => one.toLowerCase() === key)
  if (found.length > 1) throw refuse(`the configuration file has ${key} more than once`)
  return found[0] ?? key
}

/** Lists of suites are the only sequence among what hardening sets; URLs are one string. */
function typed(name: string, value: string): unknown {
  if (kindOfEtcdFlag(name) === 'bool') return value === 'true'
  return name === 'cipher-suites' ? value.split(',') : value
}

function tableOf(document: Document, root: YAMLMap, name: string): YAMLMap {
  const key = spelled(root, name)
  const found = root.get(key, true)
  if (isMap(found)) return found
  if (found !== undefined && !(isScalar(found) && found.value === null))
    throw refuse(`${name} in the configuration file is no table of keys`)
  const made = document.createNode({})
  root.set(key, made)
  return made
}

function setKey(document: Document, root: YAMLMap, name: string, value: string | undefined): void {
  const path = configKeys(name)
  const last = path?.at(-1)
  if (!path || last === undefined) throw refuse(`etcd takes ${name} from a flag only`)
  const [first] = path
  if (value === undefined && path.length > 1 && !root.has(spelled(root, first ?? ''))) return
  const table = path.length > 1 && first !== undefined ? tableOf(document, root, first) : root
  const key = spelled(table, last)
  if (value === undefined) table.delete(key)
  else {
    const old = table.get(key, true)
    const wanted = typed(name, value)
    // In place, so that a comment behind the old value stays.
    if (isScalar(old) && typeof wanted !== 'object') old.value = wanted
    else table.set(key, document.createNode(wanted))
  }
}

/** The file with the changes made, by flag name; the very same text where there is nothing to change. Throws `config`. */
export function editConfig(source: string, changes: FlagChanges): string {
  const { document, root } = parse(source)
  const before = JSON.stringify(document.toJSON())
  for (const [name, value] of Object.entries(changes)) setKey(document, root, name, value)
  if (JSON.stringify(document.toJSON()) === before) return source
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}
