// A real etcd cluster for one test, gone when the test ends, however it ends.
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { etcdBinaries } from '../../src/adapters/binaries/etcd-binaries.ts'
import { messageOf } from '../../src/core/error.ts'
import { awaitReady, connectLab } from '../../src/lab/await-ready.ts'
import { layLab } from '../../src/lab/lay-lab.ts'
import {
  type Lab,
  type LabMember,
  type LabPorts,
  type MemberChanges,
  clientFiles,
} from '../../src/lab/model.ts'
import { type Runner, runManifests } from '../../src/lab/run-manifests.ts'
import type { ShapeName } from '../../src/lab/shapes/by-name.ts'
import type { EtcdBinary } from '../../src/ports/binaries.ts'
import type { Etcd } from '../../src/ports/etcd.ts'
import { wire } from '../../src/wiring.ts'

export interface ClusterOptions {
  /** Default `secure`. */
  readonly shape?: ShapeName
  /** Default 1. */
  readonly members?: 1 | 3 | 5
  /** `3.5` or `3.5.16`, one for each member in turn, the last for the rest; default the newest there is. */
  readonly versions?: readonly string[]
  /** Flags, further arguments and environment of a member; also the place to write a `--config-file`. */
  readonly change?: (member: LabMember) => MemberChanges
  /** False: returns as soon as the manifests lie there, for members that are not meant to start. */
  readonly ready?: boolean
}

export interface Cluster extends Lab {
  readonly etcd: Etcd
  readonly processes: Runner
  readonly ports: LabPorts
  /** CA, certificate and key files of a client that etcd accepts. */
  readonly client: ReturnType<typeof clientFiles>
  /** The process of a member, by its name; undefined while it is down. */
  pid(member: string): number | undefined
  /** What the runner had to say: crashes, manifests that it refused. */
  readonly notes: readonly string[]
}

export const labPorts = (): LabPorts => {
  const ports = wire()
  return { ...ports, host: ports.host() }
}

/** The etcds of the wanted versions; undefined, and the test marked as skipped with the reason, where one is absent. */
export async function binariesFor(
  t: TestContext,
  versions: readonly string[] = [],
): Promise<readonly EtcdBinary[] | undefined> {
  try {
    const all = await etcdBinaries()
    if (versions.length === 0) return all.slice(-1)
    return versions.map((version) => {
      const found = all.findLast((one) => `${one.version}.`.startsWith(`${version}.`))
      if (!found) throw new Error(`there is no etcd ${version} on this machine`)
      return found
    })
  } catch (error) {
    t.skip(messageOf(error))
    return undefined
  }
}

/** Starts a cluster; undefined where there is no etcd to start (the test is then marked as skipped). */
export async function startCluster(
  t: TestContext,
  options: ClusterOptions = {},
): Promise<Cluster | undefined> {
  const binaries = await binariesFor(t, options.versions)
  if (!binaries) return undefined
  const ports = labPorts()
  const directory = await ports.files.makeTemporaryDirectory('etcdkeep-test-')
  t.after(() => ports.files.remove(directory))
  const lab = await layLab(ports, {
    directory,
    shape: options.shape ?? 'secure',
    members: options.members ?? 1,
    binaries,
    ...(options.change && { change: options.change }),
  })
  const notes: string[] = []
  const runner = runManifests(ports, {
    manifests: lab.manifests,
    logs: join(directory, 'logs'),
    binaries,
    note: (line) => notes.push(line),
  })
  t.after(() => runner.stop(0))
  const etcd = await connectLab(ports, lab)
  t.after(() => etcd.close())
  if (options.ready !== false) await awaitReady(ports, lab)
  const pid = (name: string) => runner.pids()[`etcd-${name}.yaml`]?.[0]
  return { ...lab, etcd, processes: runner, ports, client: clientFiles(lab), pid, notes }
}
