// What would be done: looked at, chosen and computed, nothing changed.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { KeepError, messageOf } from '../../core/error.ts'
import type { EtcdBinary } from '../../ports/binaries.ts'
import type { Ports } from '../../ports/ports.ts'
import type { PlannedMember } from '../restore-member.ts'
import { chooseTool } from './choose-tool.ts'
import type { OldData, RestorePlan, RestoreTarget, SnapshotContent } from './model.ts'
import { fileSource, readSource, type RestoreSource } from './source.ts'
import { requireMovable } from './stage.ts'

/** What upstream recommends for Kubernetes (etcd#16028): no cluster writes as much between two snapshots. */
export const USUAL_BUMP = 1_000_000_000n

/** etcd's own, where `--quota-backend-bytes` is 0. */
const QUOTA = 2 * 1024 ** 3

export interface PlanRequest {
  readonly source: RestoreSource
  readonly members: readonly RestoreTarget[]
  /** All members of the new cluster; default those that are restored here. */
  readonly cluster?: readonly PlannedMember[]
  /** The same on every host; default a fresh one. */
  readonly token?: string
  /** `default`: for Kubernetes alone. */
  readonly bump: bigint | 'none' | 'default'
  /** Of the members, where it is told. */
  readonly etcd?: string
  readonly binaries: readonly EtcdBinary[]
  readonly signal: AbortSignal
  readonly passed: (bytes: number, total: number) => void
}

export type PlanPorts = Pick<Ports, 'files' | 'host' | 'launcher'>

async function oldData(
  { host }: PlanPorts,
  { name, dataDirectory }: RestoreTarget,
  signal: AbortSignal,
): Promise<OldData> {
  try {
    const source = await fileSource(host(), join(dataDirectory, 'member', 'snap', 'db'))
    const { content } = await readSource(source, signal, () => undefined)
    return { member: name, revision: content.revision }
  } catch (thrown) {
    signal.throwIfAborted()
    const absent = thrown instanceof KeepError && thrown.kind === 'not-found'
    return { member: name, missing: absent ? 'there is none' : messageOf(thrown) }
  }
}

const most = (old: readonly OldData[]): bigint | undefined =>
  old
    .flatMap(({ revision }) => (revision === undefined ? [] : [BigInt(revision)]))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .at(-1)

/** Revisions that the old data has and the snapshot has not; undefined where no old data can be read. */
export function gapOf({ old, content }: Pick<RestorePlan, 'old' | 'content'>): bigint | undefined {
  const last = most(old)
  return last === undefined ? undefined : last - BigInt(content.revision)
}

function bumpOf({ bump }: PlanRequest, content: SnapshotContent, old: readonly OldData[]) {
  if (bump === 'none' || (bump === 'default' && !content.kubernetes)) return undefined
  const by = bump === 'default' ? USUAL_BUMP : bump
  const gap = gapOf({ old, content }) ?? 0n
  if (by > gap) return by
  throw new KeepError(
    'usage',
    'restore.small-bump',
    `revisions moved on by ${by} would come twice`,
    {
      hint: `the old data is ${gap} revisions ahead of the snapshot: give a larger --bump`,
    },
  )
}

function warningsOf(
  { source, members, cluster }: PlanRequest,
  content: SnapshotContent,
  bump: bigint | undefined,
): readonly string[] {
  const quotas = members.map(({ quota }) => quota || QUOTA)
  const quota = Math.min(...quotas)
  const names = (cluster ?? members).map(({ name }) => name)
  const gone = content.members.filter((name) => !names.includes(name))
  return [
    ...(source.proven
      ? []
      : ['The file has no SHA-256 behind it: its pages are sound, but nothing proves its values.']),
    ...(content.length > quota * 0.8
      ? [
          `The database has ${content.length} bytes, the quota is ${quota}: raise --quota-backend-bytes or defragment after the start, else writes stop.`,
        ]
      : []),
    ...(gone.length > 0
      ? [
          `The old cluster had ${gone.join(', ')} too: restored with --cluster on their hosts, or added later with an empty data directory.`,
        ]
      : []),
    ...(bump === undefined && content.kubernetes
      ? [
          'Revisions go back: watches and caches of Kubernetes clients will not notice; restart all of them.',
        ]
      : []),
  ]
}

function checkMembers({ members, cluster }: PlanRequest): void {
  const double = (values: readonly string[]) =>
    values.find((one, index) => values.indexOf(one) !== index)
  const all = cluster ?? members
  const wrong =
    double(members.map(({ dataDirectory }) => dataDirectory)) ??
    double(all.map(({ name }) => name)) ??
    double(all.flatMap(({ peerUrls }) => peerUrls)) ??
    members.find(({ name }) => !all.some((one) => one.name === name))?.name ??
    all.find(({ peerUrls }) => peerUrls.length === 0)?.name
  if (members.length > 0 && wrong === undefined) return
  throw new KeepError(
    'usage',
    'restore.members',
    members.length === 0
      ? 'no member to restore was named or found'
      : `the members do not fit together: ${wrong}`,
    {
      hint: 'each has a name, a peer URL and a data directory of its own: --member name=m1,data-dir=DIR,peer-url=https://HOST:2380',
    },
  )
}

/** Reads the whole snapshot. Throws `corrupt` where it is damaged, `usage` and `unavailable` where it cannot be done. */
export async function planRestore(ports: PlanPorts, request: PlanRequest): Promise<RestorePlan> {
  const { source, members, signal } = request
  checkMembers(request)
  for (const target of members) await requireMovable(ports, target)
  const { content } = await readSource(source, signal, request.passed)
  const old: OldData[] = []
  for (const target of members) old.push(await oldData(ports, target, signal))
  const bump = bumpOf(request, content, old)
  const id = randomBytes(6).toString('hex')
  const etcd = request.etcd ?? source.etcd ?? content.clusterVersion?.replace(/\.0$/, '')
  const scratch = await ports.files.makeTemporaryDirectory('etcdkeep-restore-')
  try {
    const wanted = {
      ...(etcd !== undefined && { etcd }),
      bump: bump !== undefined,
      scratch,
      signal,
    }
    const chosen = await chooseTool(ports, request.binaries, wanted)
    return {
      schema: 'etcdkeep.restore-plan/v1',
      id,
      source: source.name,
      content,
      members,
      cluster: (request.cluster ?? members).map(({ name, peerUrls }) => ({ name, peerUrls })),
      token: request.token ?? `etcdkeep-${id}`,
      ...chosen,
      ...(bump !== undefined && { bump: bump.toString() }),
      old,
      warnings: warningsOf(request, content, bump),
    }
  } finally {
    await ports.files.remove(scratch)
  }
}
