import type { Fact } from '../../core/fact.ts'

/** What a file is to the cluster: decides which mode it may have. */
export type FileRole =
  | 'private-key'
  | 'certificate'
  | 'ca-certificate'
  | 'crl'
  | 'manifest'
  | 'config'
  | 'encryption-config'
  | 'data-directory'
  | 'wal-directory'
  | 'snapshot'
  | 'kubeconfig'
  | 'stray'

export interface FileMode {
  /** Permission bits with setuid, setgid and sticky: `0o600`. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly type: 'file' | 'directory' | 'symlink' | 'socket' | 'other'
  readonly inode: string
  /** POSIX ACL entries beyond the mode, where they can be read; `[]` = none. */
  readonly acl?: readonly string[]
}

export interface FileFacts {
  /** As referenced, on the host. */
  readonly path: string
  readonly role: FileRole
  /** Stable words for who refers to it: `m1 --key-file`, `next to /etc/…/server.key`. */
  readonly referencedBy: readonly string[]
  /** Numeric ids of the users that may own it: root, who runs the process, who owns the data directory. Absent = root. */
  readonly owners?: readonly number[]
  /** The file itself, behind every symlink. */
  readonly real: Fact<FileMode & { readonly path: string }>
  /** Each directory above the real file, nearest first, then those above the link that leads to it. */
  readonly parents: readonly (FileMode & { readonly path: string })[]
  /** PEM blocks and other content by which the file was recognised, never content itself: `EC PRIVATE KEY`. */
  readonly holds: readonly string[]
  /** For private keys: whether the key is encrypted. */
  readonly encrypted?: boolean
  readonly bytes?: number
}

/** One directory that the kubelet starts static pods from. */
export interface ManifestDirectory {
  readonly path: string
  readonly mode: FileMode
  readonly entries: readonly {
    readonly name: string
    /** Whether the kubelet reads it: every non-dot regular file or link. */
    readonly read: boolean
    /** `kind/name` of the pod, or why it is none. */
    readonly pod: Fact<string>
    readonly program?: string
    /** etcd data directory or API server name that another entry claims too. */
    readonly duplicates?: string
  }[]
}
