// Edits a static-pod manifest as text: comments, order and everything that is not meant stay as they are.
import {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  Scalar,
  type Document,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { KeepError } from '../core/error.ts'
import { dropVariables, variablesOf } from './manifest-variables.ts'
import type { FlagChanges } from './model.ts'

export interface ProbeTarget {
  readonly fromPort: number
  readonly toPort: number
  readonly host: string
  readonly scheme: 'HTTP' | 'HTTPS'
}

export interface ManifestChanges {
  /** The program whose container is meant: the last part of its path. */
  readonly program: string
  readonly flags: FlagChanges
  readonly probes?: readonly ProbeTarget[]
  /** Only annotations that are there are replaced. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Annotations that are made where they are not there. */
  readonly marks?: Readonly<Record<string, string>>
}

const refuse = (message: string): KeepError =>
  new KeepError('config', 'harden.manifest', message, {
    hint: 'Edit this manifest by hand; `etcdkeep explain` says what to change.',
  })

const text = (node: unknown): string | undefined =>
  isScalar(node) && typeof node.value === 'string' ? node.value : undefined

const program = (path: string): string => path.split('/').at(-1) ?? path

/** `--name`, `-name`, `--name=value`: the name, and whether the value is the next argument. */
function flagOf(argument: string): { name: string; joined: boolean } | undefined {
  const match = /^--?([A-Za-z][\w.-]*)(=[\s\S]*)?$/.exec(argument)
  return match?.[1] === undefined ? undefined : { name: match[1], joined: match[2] !== undefined }
}

const lists = (container: YAMLMap): YAMLSeq[] =>
  ['command', 'args'].map((name) => container.get(name, true)).filter((node) => isSeq(node))

function containerOf(document: Document, name: string): YAMLMap {
  const containers = document.getIn(['spec', 'containers'], true)
  if (!isSeq(containers)) throw refuse('the manifest has no spec.containers')
  const found = containers.items.filter(
    (one): one is YAMLMap =>
      isMap(one) &&
      lists(one).some(
        (list) => list === lists(one)[0] && program(text(list.items[0]) ?? '') === name,
      ),
  )
  const [only] = found
  if (!only || found.length > 1)
    throw refuse(`the manifest has ${found.length} containers that run ${name} plainly`)
  return only
}

const BOOLEANS = new Set([
  'client-cert-auth',
  'peer-client-cert-auth',
  'auto-tls',
  'peer-auto-tls',
  'enable-pprof',
])

/** How many items from `at` on make up this flag with its value. */
function width(list: YAMLSeq, at: number, name: string, joined: boolean): number {
  const next = text(list.items[at + 1])
  return joined || BOOLEANS.has(name) || next === undefined || next.startsWith('-') ? 1 : 2
}

/** The last one wins in Go: earlier repetitions go, the last is replaced where it stands. */
function setFlag(sequences: readonly YAMLSeq[], name: string, value: string | undefined): void {
  let done = value === undefined
  for (const list of sequences.toReversed())
    for (let at = list.items.length - 1; at >= 0; at -= 1) {
      const flag = flagOf(text(list.items[at]) ?? '')
      if (flag?.name !== name) continue
      const old = list.items[at]
      const count = width(list, at, name, flag.joined)
      if (done) list.items.splice(at, count)
      else if (isScalar(old)) {
        old.value = `--${name}=${value}`
        list.items.splice(at + 1, count - 1)
        done = true
      }
    }
  if (!done) sequences.at(-1)?.items.push(new Scalar(`--${name}=${value}`))
}

function editProbes(container: YAMLMap, targets: readonly ProbeTarget[]): void {
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const get = container.getIn([name, 'httpGet'], true)
    if (!isMap(get)) continue
    const target = targets.find(({ fromPort }) => Number(get.get('port')) === fromPort)
    if (!target) continue
    get.set('port', target.toPort)
    get.set('scheme', target.scheme)
    // Without it the kubelet dials the pod's address, where a loopback listener does not answer.
    get.set('host', target.host)
  }
}

function editAnnotations(document: Document, wanted: Readonly<Record<string, string>>): void {
  const annotations = document.getIn(['metadata', 'annotations'], true)
  if (!isMap(annotations)) return
  for (const [name, value] of Object.entries(wanted))
    if (annotations.has(name)) annotations.set(name, value)
}

function parse(manifest: string): Document {
  const document = parseDocument(manifest, { keepSourceTokens: true })
  const [error] = document.errors
  if (error) throw refuse(`the manifest is no YAML: ${error.message.split('\n')[0] ?? ''}`)
  return document
}

/** The manifest with the changes made; the very same text where there is nothing to change. Throws `config`. */
export function editManifest(manifest: string, changes: ManifestChanges): string {
  const document = parse(manifest)
  const before = JSON.stringify(document.toJSON())
  const container = containerOf(document, changes.program)
  for (const [name, value] of Object.entries(changes.flags)) setFlag(lists(container), name, value)
  dropVariables(container, Object.keys(changes.flags))
  editProbes(container, changes.probes ?? [])
  editAnnotations(document, changes.annotations ?? {})
  for (const [name, value] of Object.entries(changes.marks ?? {}))
    document.setIn(['metadata', 'annotations', name], value)
  if (JSON.stringify(document.toJSON()) === before) return manifest
  const flow = /^(\s*)- /m.exec(manifest)
  // kubeadm writes sequences at the indentation of their key.
  const indentSeq = flow !== null && /\n( *)[\w"]+:\s*\n\1 +- /.test(manifest)
  return document.toString({ lineWidth: 0, indentSeq, flowCollectionPadding: false })
}

/** The arguments of the container that runs `name`, program first. */
export function manifestArgv(manifest: string, name: string): readonly string[] {
  const parts = lists(containerOf(parse(manifest), name)).flatMap((list) => list.items.map(text))
  if (parts.some((part) => part === undefined))
    throw refuse('an argument in the manifest is not a string')
  return parts.filter((part) => part !== undefined)
}

/** The variables of the container that runs `name`, as far as etcd reads them. */
export const manifestVariables = (manifest: string, name: string) =>
  variablesOf(containerOf(parse(manifest), name))
