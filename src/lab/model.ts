import { kubeadmLayout } from '../pki/layout.ts'
import type { Clock } from '../ports/clock.ts'
import type { EtcdBinary } from '../ports/binaries.ts'
import type { EtcdConnector } from '../ports/etcd.ts'
import type { Files } from '../ports/files.ts'
import type { Host } from '../ports/host.ts'
import type { Launcher } from '../ports/launcher.ts'
import type { Loopback } from '../ports/loopback.ts'
import type { ShapeName } from './shapes/by-name.ts'

export interface LabPorts {
  readonly clock: Clock
  readonly files: Files
  readonly host: Host
  readonly launcher: Launcher
  readonly loopback: Loopback
  readonly etcd: EtcdConnector
}

/** One member of a lab cluster, as if it had a machine of its own. */
export interface LabMember {
  readonly name: string
  /** Of etcd: `3.5.30`. */
  readonly version: string
  readonly clientUrl: string
  readonly peerUrl: string
  readonly metricsUrl: string
  /** The static pod manifest. */
  readonly manifest: string
  readonly dataDirectory: string
  /** Its `/etc/kubernetes/pki`, in kubeadm's layout. */
  readonly pki: string
  readonly log: string
}

/** What `lab.json` in the lab's directory says. */
export interface Lab {
  readonly schema: 'etcdkeep.lab/v1'
  readonly directory: string
  readonly shape: ShapeName
  /** The static pods of all members: what `check --manifests` wants. */
  readonly manifests: string
  readonly members: readonly LabMember[]
  /** The process that plays the kubelet; absent until it runs. */
  readonly runner?: number
}

/** Changes to one member, for set-ups that are odd on purpose. */
export interface MemberChanges {
  /** By flag name; `null` takes one away. */
  readonly flags?: Readonly<Record<string, string | null>>
  /** Further words of the command, as they are. */
  readonly argv?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

export interface LabOptions {
  readonly directory: string
  readonly shape: ShapeName
  readonly members: 1 | 3 | 5
  /** One for each member in turn; the last one for the rest. */
  readonly binaries: readonly EtcdBinary[]
  readonly change?: (member: LabMember) => MemberChanges
}

/** What a client of the lab's cluster presents. */
export const clientFiles = (lab: Lab) => {
  const pki = kubeadmLayout(lab.members[0]?.pki ?? lab.directory)
  return { ca: pki.etcdCa.certificate, ...pki.healthcheckClient }
}
