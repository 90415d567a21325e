// The dry run: what fails, fails in a scratch directory, before anything is made beside the old data.
import { join } from 'node:path'
import { KeepError } from '../../core/error.ts'
import type { Ports } from '../../ports/ports.ts'
import { startMember } from '../drill/start-member.ts'
import { type PlannedMember, restoreMember } from '../restore-member.ts'
import type { RestorePlan } from './model.ts'
import { snapshotIn, type Staging } from './stage.ts'

export type TrialPorts = Pick<Ports, 'clock' | 'etcd' | 'files' | 'host' | 'launcher' | 'loopback'>

const restored = async (
  ports: TrialPorts,
  { plan, scratch, signal }: Staging,
  member: PlannedMember,
  cluster: readonly PlannedMember[],
  directory: string,
) =>
  restoreMember(ports, {
    tool: plan.tool,
    file: snapshotIn(scratch),
    member,
    cluster,
    token: `${plan.token}-trial`,
    dataDirectory: join(directory, 'data'),
    ...(plan.bump !== undefined && { bump: BigInt(plan.bump) }),
    log: join(scratch, 'trial.log'),
    signal,
  })

const noStart = (cause: unknown, { tool, etcd }: RestorePlan): unknown =>
  cause instanceof KeepError && cause.code === 'drill.no-start'
    ? new KeepError(
        'corrupt',
        'restore.no-start',
        `etcd ${etcd?.version} does not start on what etcdutl ${tool.version} made: ${cause.message}`,
        {
          hint: 'nothing was moved; name the etcd that the members run with --etcd-version, and have its etcdutl on PATH',
          cause,
        },
      )
    : cause

/** A cluster of one, reached over TLS that lives as long as the trial. */
async function boot(
  ports: TrialPorts,
  staging: Staging,
  program: string,
  directory: string,
): Promise<void> {
  const { plan, signal } = staging
  const [client = 0, peer = 0] = await ports.loopback.freePorts(2)
  const [clientUrl, peerUrl] = [`https://127.0.0.1:${client}`, `https://127.0.0.1:${peer}`]
  const member = { name: 'trial', peerUrls: [peerUrl] }
  await restored(ports, staging, member, [member], directory)
  const started = await startMember(ports, {
    member: { name: 'trial', clientUrl, peerUrl },
    program,
    directory,
    size: plan.content.length,
    signal,
  })
  await started.stop()
}

/**
 * The snapshot restored as a cluster of one and started by the members' own etcd; where this machine has none, only
 * restored as the first member. Throws `corrupt`.
 */
export async function tryOut(ports: TrialPorts, staging: Staging): Promise<void> {
  const { plan, scratch } = staging
  const directory = join(scratch, 'trial')
  await ports.files.remove(directory)
  await ports.files.makeDirectory(directory)
  const [first] = plan.members
  try {
    if (plan.etcd) await boot(ports, staging, plan.etcd.program, directory)
    else if (first) await restored(ports, staging, first, plan.cluster, directory)
  } catch (thrown) {
    throw noStart(thrown, plan)
  }
  await ports.files.remove(directory)
}
