import type { Fact } from '../../core/fact.ts'
import type { Certificate } from '../../pki/model.ts'

export type CertificateRole =
  | 'server'
  | 'peer'
  | 'client'
  | 'peer-client'
  | 'client-ca'
  | 'peer-ca'
  | 'apiserver-client'
  | 'apiserver-etcd-ca'
  | 'apiserver-server'
  | 'cluster-ca'

/** A certificate file that a launch refers to, with what belongs to it. */
export interface CertificateFile {
  readonly role: CertificateRole
  /** Whether a process uses it, or a manifest would have it. */
  readonly layer?: 'declared' | 'running'
  /** The launch that names it, in its own words: `process etcd`, `manifest /etc/…/etcd.yaml`. */
  readonly source?: string
  /** The flag, without dashes: `cert-file`. */
  readonly flag: string
  /** On the host. */
  readonly path: string
  /** Every certificate in the file, in order: leaf first, or the bundle. */
  readonly certificates: Fact<readonly Certificate[]>
  /** The public half of the key file that goes with it. */
  readonly key?: Fact<{
    readonly path: string
    readonly spkiSha256: string
    readonly type: string
    readonly bits: number
  }>
  /** CA files: private keys in the directories of the launch's certificates that belong to one of these CAs. */
  readonly caKeys?: Fact<readonly string[]>
}
