// The words of hardening: what is to be done, in an order that keeps the cluster answering.
import type { Mount } from '../effective/model.ts'
import type { Owner } from '../ports/files.ts'
import type { Pair } from './rules/material.ts'

/** `undefined` takes the flag away. */
export type FlagChanges = Readonly<Record<string, string | undefined>>

/** Makes a CA unless its files are there. `crossBy`: an older CA that also signs it, for members that still trust that one. */
export interface CaStep {
  readonly kind: 'ca'
  readonly title: string
  readonly place: Pair
  readonly commonName: string
  readonly crossBy?: Pair
}

/** Issues a certificate unless its files are there; followed by the CA's cross certificate where there is one. */
export interface CertificateStep {
  readonly kind: 'certificate'
  readonly title: string
  readonly place: Pair
  readonly ca: Pair
  /** Where the CA's own certificate is put, for whoever uses this one. */
  readonly trust: string
  readonly commonName: string
  /** DNS names and addresses. */
  readonly names: readonly string[]
  readonly usages: readonly ('serverAuth' | 'clientAuth')[]
  /** Who runs the process and so must be able to read the key; absent = root. */
  readonly owner?: Owner
}

export interface ModeStep {
  readonly kind: 'mode'
  readonly title: string
  readonly path: string
  readonly before: number
  readonly after: number
}

/** A file that a restart needs changed, and that is put back with it. */
export interface FileChange {
  /** On the host. */
  readonly path: string
  /** Absent where the file is made. */
  readonly before?: string
  readonly after: string
  readonly mode: number
  /** Permission bits to put back; absent = `mode`. */
  readonly modeBefore?: number
}

/** What every restart has in common, whoever starts the process. */
interface Restart {
  readonly title: string
  /** The arguments of the new process, program first. */
  readonly argv: readonly string[]
  /** Whether a process of it ran when the plan was made, so that a new one must be waited for. */
  readonly runs: boolean
  readonly mounts: readonly Mount[]
  /** Variables that etcd reads beside the new arguments; never a secret. Absent = none. */
  readonly environment?: Readonly<Record<string, string>>
  /** etcd's own configuration file, where it has one: that changes instead of the arguments. */
  readonly config?: FileChange
  /** For an etcd member: how it is reached, before and after. */
  readonly member?: MemberChange
}

/** Replaces a static-pod manifest; the kubelet restarts the pod. */
export interface ManifestStep extends Restart {
  readonly kind: 'manifest'
  readonly path: string
  readonly before: string
  readonly after: string
  readonly mode: number
  readonly modeBefore?: number
}

/** Lays a drop-in beside a systemd unit, which is then restarted. */
export interface UnitStep extends Restart {
  readonly kind: 'unit'
  /** `etcd.service` */
  readonly unit: string
  /** Absent where only the configuration file changes. */
  readonly dropIn?: FileChange
  readonly argvBefore: readonly string[]
}

export type RestartStep = ManifestStep | UnitStep

export interface MemberChange {
  readonly name: string
  /** Listening client URLs. */
  readonly clientUrls: { readonly before: readonly string[]; readonly after: readonly string[] }
  /** Advertised peer URLs, as the member list has them. */
  readonly peerUrls: { readonly before: readonly string[]; readonly after: readonly string[] }
}

/** Takes the link to an older CA out of a certificate file, once nobody needs it; read at the next handshake. */
export interface TrimStep {
  readonly kind: 'trim'
  readonly title: string
  readonly path: string
}

export type Step = CaStep | CertificateStep | ModeStep | RestartStep | TrimStep

/** Something that nobody but a person can decide. */
export interface Manual {
  readonly control: string
  readonly subject: string
  readonly why: string
  /** What to do, one line each. */
  readonly steps: readonly string[]
}

export interface Plan {
  readonly schema: 'etcdkeep.harden-plan/v1'
  readonly steps: readonly Step[]
  readonly manual: readonly Manual[]
  /** What the steps are meant to repair: `control` of `subject`. */
  readonly repairs: readonly { readonly control: string; readonly subject: string }[]
  /** What has to be told before a yes: clients that must be ready, requests that will be retried. */
  readonly warnings: readonly string[]
  /** The client certificate that the tool itself uses once doors are closed. */
  readonly access?: Access
}

/** Files of a client of the cluster, as it will be. */
export interface Access {
  /** CAs that sign listeners, old or new. */
  readonly cas: readonly string[]
  readonly certificate: string
  readonly key: string
}
