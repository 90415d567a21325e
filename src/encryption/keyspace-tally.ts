import { displayBytes } from '../core/bytes.ts'
import { rowKeyReader, type ReadRowKey } from './rules/row-key.ts'
import { storedAs, type KnownName, type StoredAs } from './rules/stored-row.ts'
import { storedKind } from './rules/stored-kind.ts'

export interface StoredCount extends StoredAs {
  readonly rows: number
  /** One etcd key, as a place to look. */
  readonly example: string
}

export interface ResourceCount {
  readonly resource: string
  readonly rows: number
  readonly byDesign?: true
  readonly stored: readonly StoredCount[]
}

export interface TallyOptions {
  /** `--etcd-prefix` of the API servers, where known. */
  readonly prefixes?: readonly string[]
  /** Key and plugin names of the configurations, where known: such a name may hold `:`. */
  readonly names?: readonly KnownName[]
}

interface Counter {
  readonly as: StoredAs
  rows: number
  readonly example: string
}

interface Resource {
  readonly byDesign: boolean
  readonly stored: Map<string, Counter>
}

// A keyspace in foreign hands may hold any number of names; what exceeds these is counted together.
const MOST_RESOURCES = 5000
const MOST_VARIANTS = 100
const MOST_PREFIXES = 50
/** `k8s` */
const K8S = [0x6b, 0x38, 0x73]
const OTHERS = '(others)'

/**
 * Counts rows by resource and by the way they are stored, in memory that does not grow with the keyspace.
 * Only the first HEAD_BYTES of a value are looked at, and none of them is kept.
 */
export class KeyspaceTally {
  readonly #names: readonly KnownName[]
  readonly #rowKey: ReadRowKey
  readonly #resources = new Map<string, Resource>()
  readonly #prefixes = new Set<string>()
  #keys = 0

  constructor(options: TallyOptions = {}) {
    this.#names = options.names ?? []
    this.#rowKey = rowKeyReader(options.prefixes)
  }

  add(key: Uint8Array, valueHead: Uint8Array): void {
    this.#keys += 1
    const as = storedAs(valueHead, this.#names)
    const path = Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')
    const kubernetes = K8S.every((byte, index) => valueHead[index] === byte)
    const row = this.#rowKey(path, kubernetes)
    // What says it is a Secret is one, wherever it lies.
    const secret = as.provider === 'plaintext' && storedKind(valueHead) === 'Secret'
    if (!row && !secret) return
    if (row && this.#prefixes.size < MOST_PREFIXES) this.#prefixes.add(row.prefix)
    this.#count(secret ? 'secrets' : (row?.resource ?? OTHERS), row?.byDesign === true, as, key)
  }

  #count(name: string, byDesign: boolean, as: StoredAs, key: Uint8Array): void {
    const room = this.#resources.size < MOST_RESOURCES || this.#resources.has(name)
    const resource = entry(this.#resources, room ? name : OTHERS, () => ({
      byDesign,
      stored: new Map<string, Counter>(),
    }))
    const variant = `${as.provider}\0${as.key ?? ''}\0${as.encoding ?? ''}`
    const fits = resource.stored.size < MOST_VARIANTS || resource.stored.has(variant)
    const shown = fits ? as : { provider: as.provider }
    const counter = entry(resource.stored, fits ? variant : as.provider, () => ({
      as: shown,
      rows: 0,
      example: displayBytes(key.subarray(0, 512)),
    }))
    counter.rows += 1
  }

  /** Everything counted so far, in a stable order. */
  result(): { keys: number; prefixes: readonly string[]; resources: readonly ResourceCount[] } {
    const resources = [...this.#resources].map(([resource, { byDesign, stored }]) => ({
      resource,
      rows: [...stored.values()].reduce((sum, one) => sum + one.rows, 0),
      ...(byDesign && { byDesign: true as const }),
      stored: [...stored]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { as, rows, example }]) => ({ ...as, rows, example })),
    }))
    return {
      keys: this.#keys,
      prefixes: [...this.#prefixes].toSorted(),
      resources: resources.toSorted((a, b) => (a.resource < b.resource ? -1 : 1)),
    }
  }
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
