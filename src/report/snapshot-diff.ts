// What differs between two snapshots, named as Kubernetes names it; the JSON of `snapshot diff`.
import { displayBytes } from '../core/bytes.ts'
import { rowKeyReader } from '../encryption/rules/row-key.ts'
import type { AuthChange, AuthRecords } from '../snapshot/auth-records.ts'
import { compareAuth } from '../snapshot/auth-records.ts'
import type { KeyChange, RowsCompared } from '../snapshot/diff/compare-rows.ts'

const RBAC = ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings']
const ADMISSION = [
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
]

export const AREAS = ['rbac', 'secrets', 'serviceaccounts', 'admission', 'certificates'] as const
export type Area = (typeof AREAS)[number]

const AREA_OF: ReadonlyMap<string, Area> = new Map<string, Area>([
  ...RBAC.map((name): [string, Area] => [`${name}.rbac.authorization.k8s.io`, 'rbac']),
  ...ADMISSION.map((name): [string, Area] => [`${name}.admissionregistration.k8s.io`, 'admission']),
  ['apiservices.apiregistration.k8s.io', 'admission'],
  ['secrets', 'secrets'],
  ['serviceaccounts', 'serviceaccounts'],
  ['certificatesigningrequests.certificates.k8s.io', 'certificates'],
  ['clustertrustbundles.certificates.k8s.io', 'certificates'],
])

const readRowKey = rowKeyReader()

export interface NamedObject {
  readonly resource: string
  readonly namespace?: string
  readonly name?: string
}

/** The Kubernetes object behind a key; undefined for a key of something else. */
export function objectOf(key: Buffer): NamedObject | undefined {
  const path = key.toString('utf8')
  const row = readRowKey(path, false)
  if (!row) return undefined
  const segments = path.slice(row.prefix.length + 1).split('/')
  const [first = '', second = ''] = segments
  const deeper = first.includes('.') || (first === 'services' && /^(specs|endpoints)$/.test(second))
  const place = segments.slice(deeper ? 2 : 1)
  const [name, namespace] = [place.at(-1), place.length > 1 ? place[0] : undefined]
  return {
    resource: row.resource,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  }
}

export interface DiffEntry extends Partial<NamedObject> {
  readonly change: KeyChange['change']
  readonly key: string
  /** Where it matters to who may do what. */
  readonly security?: Area
  readonly before?: KeyChange['before']
  readonly after?: KeyChange['after']
}

interface Counts {
  added: number
  changed: number
  removed: number
}
const none = (): Counts => ({ added: 0, changed: 0, removed: 0 })

/** Entries that are kept and told one by one, security first; the counts are whole whatever their number. */
const MOST_ENTRIES = 100_000
const MOST_RESOURCES = 5000
const OTHERS = '(others)'

/** Gathers changes in bounded memory: counts of every resource, and so many single ones. */
export class DiffGathering {
  readonly #resources = new Map<string, Counts>()
  readonly #areas = new Map<Area, Counts>(AREAS.map((area) => [area, none()]))
  readonly #security: DiffEntry[] = []
  readonly #others: DiffEntry[] = []
  readonly #total = none()

  add({ change, key, before, after }: KeyChange): void {
    const object = objectOf(key)
    const area = object && AREA_OF.get(object.resource)
    this.#total[change] += 1
    const resource = object?.resource ?? ''
    const room = this.#resources.size < MOST_RESOURCES || this.#resources.has(resource)
    const counts = this.#resources.get(room ? resource : OTHERS) ?? none()
    counts[change] += 1
    this.#resources.set(room ? resource : OTHERS, counts)
    if (area) (this.#areas.get(area) ?? none())[change] += 1
    const kept = area ? this.#security : this.#others
    if (kept.length >= MOST_ENTRIES) return
    kept.push({
      change,
      key: displayBytes(key.subarray(0, 2048)),
      ...object,
      ...(area && { security: area }),
      ...(before && { before }),
      ...(after && { after }),
    })
  }

  result() {
    const byKey = (a: DiffEntry, b: DiffEntry) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
    const security = this.#security.toSorted(byKey)
    const entries = [...security, ...this.#others.toSorted(byKey)]
    const { added, changed, removed } = this.#total
    return {
      total: { added, changed, removed },
      resources: [...this.#resources]
        .map(([resource, counts]) => ({ ...(resource !== '' && { resource }), ...counts }))
        .toSorted((a, b) => ((a.resource ?? '') < (b.resource ?? '') ? -1 : 1)),
      entries,
      omitted: added + changed + removed - entries.length,
      areas: AREAS.map((area) => ({ area, ...(this.#areas.get(area) ?? none()) })),
    }
  }
}

export interface DiffSide {
  /** A file, or the endpoint that answered. */
  readonly source: string
  readonly kind: 'snapshot' | 'cluster'
  /** Absent where the cluster does not tell: its credentials may not list users. */
  readonly auth?: AuthRecords
}

/** `etcdkeep.snapshot-diff/v1`: names, sizes and fingerprints; no value. */
export function snapshotDiff(
  from: DiffSide,
  to: DiffSide,
  compared: RowsCompared,
  gathered: ReturnType<DiffGathering['result']>,
  detailedExitcode: boolean,
) {
  const { total, areas, ...rest } = gathered
  const side = ({ source, kind }: DiffSide, index: 0 | 1) => ({
    source,
    kind,
    revision: compared.revisions[index].toString(),
    keys: compared.keys[index],
  })
  const auth =
    from.auth && to.auth
      ? {
          enabled: { from: from.auth.enabled ?? null, to: to.auth.enabled ?? null },
          users: compareAuth(from.auth.users, to.auth.users),
          roles: compareAuth(from.auth.roles, to.auth.roles),
        }
      : undefined
  const noAuthChange = !auth || sameAuth(auth)
  return {
    schema: 'etcdkeep.snapshot-diff/v1' as const,
    from: side(from, 0),
    to: side(to, 1),
    detailedExitcode,
    same: total.added + total.changed + total.removed === 0 && noAuthChange,
    summary: { ...total, unchanged: compared.unchanged },
    security: { areas, ...(auth && { etcd: auth }) },
    ...rest,
  }
}

/** Whether authentication is on in one and off in the other, as far as both tell. */
export const switched = ({ from, to }: { from: boolean | null; to: boolean | null }): boolean =>
  from !== null && to !== null && from !== to

const sameAuth = (auth: {
  readonly enabled: { readonly from: boolean | null; readonly to: boolean | null }
  readonly users: readonly AuthChange[]
  readonly roles: readonly AuthChange[]
}) => !switched(auth.enabled) && auth.users.length === 0 && auth.roles.length === 0

export type SnapshotDiff = ReturnType<typeof snapshotDiff>
