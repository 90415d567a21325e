import type { Fact } from '../core/fact.ts'
import type { Launch } from '../effective/model.ts'
import type { AccessConfig } from './facts/apiserver.ts'
import type { BackupFacts } from './facts/backups.ts'
import type { CertificateFile } from './facts/certificates.ts'
import type { FileFacts, ManifestDirectory } from './facts/files.ts'
import type { DiskFacts, HostFacts } from './facts/host.ts'
import type { EncryptionConfig, KeyspaceFacts } from './facts/keyspace.ts'
import type { ListenerProbe } from './facts/probes.ts'
import type { AnonymousMatrix, ClusterFacts, MemberStatus } from './facts/rpc.ts'

/** One etcd member, with everything that was learned of it. */
export interface Member {
  /** etcd's `--name`, or the member list's; `host:port` for an endpoint that does not tell. */
  readonly name: string
  /** What its manifest or unit says. */
  readonly declared: Fact<Launch>
  /** What its process says. */
  readonly running: Fact<Launch>
  /**
   * What the process's arguments alone say, where its environment may not be read: doors to try, and
   * nothing that a pass could rest on.
   */
  readonly visible?: Launch
  /** One probe for each listening URL, client, peer and metrics. */
  readonly listeners: Fact<readonly ListenerProbe[]>
  readonly certificates: readonly CertificateFile[]
  readonly dataDirectory: Fact<FileFacts>
  /** Absent where the WAL lies inside the data directory. */
  readonly walDirectory?: Fact<FileFacts>
  readonly disk: Fact<DiskFacts>
  readonly status: Fact<MemberStatus>
  readonly anonymous: Fact<AnonymousMatrix>
}

export interface Apiserver {
  readonly name: string
  readonly declared: Fact<Launch>
  readonly running: Fact<Launch>
  readonly certificates: readonly CertificateFile[]
  /** The parsed `--encryption-provider-config`; known `null` where the flag is not given. */
  readonly encryption: Fact<EncryptionConfig | null>
  /** Absent where neither file is named. */
  readonly access?: AccessConfig
  /** By its manifest, where the process was started with other files. */
  readonly declaredFiles?: {
    readonly encryption: Fact<EncryptionConfig | null>
    readonly access: AccessConfig
  }
  /** Its secure port as a caller without a credential sees it; absent where no process of it is here or nothing is probed. */
  readonly listener?: Fact<ListenerProbe>
}

/** Everything that was seen, at one time; serialises, so that it can be judged again elsewhere. */
export interface Observation {
  readonly schema: 'etcdkeep.facts/v1'
  /** The time of the judgement's "now", ISO 8601. */
  readonly at: string
  /** False under `--no-probe`: then a declared or running layer is the strongest that can be reached. */
  readonly probed: boolean
  readonly members: readonly Member[]
  readonly apiservers: readonly Apiserver[]
  readonly cluster: ClusterFacts
  readonly keyspace: Fact<KeyspaceFacts>
  readonly host: HostFacts
  /** Every file that the launches refer to, and private keys found beside them; one entry per path. */
  readonly files: readonly FileFacts[]
  readonly manifestDirectories: readonly ManifestDirectory[]
  /** Of the repositories that were named; absent where nobody asked for them. */
  readonly backups?: Fact<BackupFacts>
  /** What could not be read at all while discovering, each a clause: `/etc/…/etcd.yaml: line 3: …`. */
  readonly troubles: readonly { readonly source: string; readonly why: string }[]
}
