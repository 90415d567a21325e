// One member's data directory out of a verified snapshot file, by etcd's own tool.
import { KeepError } from '../core/error.ts'
import type { EtcdBinary } from '../ports/binaries.ts'
import type { Ports } from '../ports/ports.ts'

export type RestorePorts = Pick<Ports, 'files' | 'host' | 'launcher'>

export interface PlannedMember {
  /** etcd's `--name`. */
  readonly name: string
  readonly peerUrls: readonly string[]
}

/** The program that restores, and what it is able to do. */
export interface RestoreTool {
  readonly program: string
  /** Of etcd: `3.5.30`. */
  readonly version: string
  /** Whether it knows `--bump-revision` and `--mark-compacted` (3.4.27, 3.5.10, 3.6). */
  readonly bumps: boolean
}

export interface MemberRestore {
  readonly tool: RestoreTool
  /** A snapshot with its trailing SHA-256, verified by the caller; etcd's tool compares it once more. */
  readonly file: string
  readonly member: PlannedMember
  /** All members, this one included; the same text and token for each. */
  readonly cluster: readonly PlannedMember[]
  /** Fresh for every restore: a left-over member of the old cluster cannot join then. */
  readonly token: string
  /** Must not exist, or be empty. */
  readonly dataDirectory: string
  readonly walDirectory?: string
  /** How far the revision is moved on; older ones then count as compacted. Absent: not at all. */
  readonly bump?: bigint
  /** What the tool says; created 0600. */
  readonly log: string
  readonly signal: AbortSignal
}

/** Runs to the end; what it said, with its exit status. */
async function ran(
  { files, host, launcher }: RestorePorts,
  argv: readonly [string, ...string[]],
  log: string,
  signal: AbortSignal,
): Promise<{ readonly ok: boolean; readonly said: string }> {
  signal.throwIfAborted()
  await files.remove(log)
  const started = await launcher.start({ argv, log, environment: { ETCDCTL_API: '3' } })
  const end = () => void started.kill()
  signal.addEventListener('abort', end)
  const exit = await started.exited.finally(() => signal.removeEventListener('abort', end))
  signal.throwIfAborted()
  const said = Buffer.from(await host().read(log)).toString()
  return { ok: exit.status === 0, said }
}

/** Asks the tool itself what it is able to do. Uses and removes the file `log`. */
export async function restoreTool(
  ports: RestorePorts,
  { version, etcdutl, etcdctl }: Pick<EtcdBinary, 'version' | 'etcdutl' | 'etcdctl'>,
  log: string,
  signal: AbortSignal,
): Promise<RestoreTool> {
  const program = etcdutl ?? etcdctl
  const { said } = await ran(ports, [program, 'snapshot', 'restore', '--help'], log, signal)
  await ports.files.remove(log)
  if (!said.includes('--initial-cluster-token'))
    throw new KeepError('unavailable', 'restore.tool', `${program} cannot restore snapshots`, {
      hint: 'etcdctl of 3.6 lost it: put etcdutl of the same release beside it',
    })
  const bumps = said.includes('--bump-revision') && said.includes('--mark-compacted')
  return { program, version, bumps }
}

/** `m1=https://10.0.0.1:2380,m1=https://[::1]:2380`, as `--initial-cluster` has it. */
export const initialCluster = (members: readonly PlannedMember[]): string =>
  members.flatMap(({ name, peerUrls }) => peerUrls.map((url) => `${name}=${url}`)).join(',')

export function restoreArgv(restore: MemberRestore): [string, ...string[]] {
  const { tool, file, member, cluster, token, dataDirectory, walDirectory, bump } = restore
  return [
    tool.program,
    'snapshot',
    'restore',
    file,
    `--name=${member.name}`,
    `--initial-cluster=${initialCluster(cluster)}`,
    `--initial-cluster-token=${token}`,
    `--initial-advertise-peer-urls=${member.peerUrls.join(',')}`,
    `--data-dir=${dataDirectory}`,
    ...(walDirectory === undefined ? [] : [`--wal-dir=${walDirectory}`]),
    ...(bump === undefined ? [] : [`--bump-revision=${bump}`, '--mark-compacted']),
  ]
}

/** The last thing that the tool complained about. */
function complaint(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '')
  const told = lines.findLast((line) => /^Error:|"level":"(error|fatal|panic)"|panic:/.test(line))
  return (told ?? lines.at(-1) ?? 'it said nothing').replace(/^Error: /, '').slice(0, 300)
}

/**
 * Makes the data directory. Throws `corrupt` (`restore.refused`) with the tool's own words, `unavailable`
 * (`restore.no-bump`) where the tool cannot do what is asked.
 */
export async function restoreMember(ports: RestorePorts, restore: MemberRestore): Promise<void> {
  const { tool, member, bump, log, signal } = restore
  if (bump !== undefined && !tool.bumps)
    throw new KeepError(
      'unavailable',
      'restore.no-bump',
      `${tool.program} of etcd ${tool.version} cannot move the revision on`,
      { hint: 'use etcdutl 3.5.10 or newer, or restore without it: --no-bump' },
    )
  const { ok, said } = await ran(ports, restoreArgv(restore), log, signal)
  if (!ok)
    throw new KeepError('corrupt', 'restore.refused', `${member.name}: ${complaint(said)}`, {
      hint: 'nothing was put in the place of the old data; look into the snapshot with: etcdkeep snapshot inspect',
    })
}
