// Files for the examples of controls.
import { known } from '../core/fact.ts'
import type { FileFacts } from './facts/files.ts'

const directory = (path: string, mode = 0o755, uid = 0, gid = 0) => ({
  path,
  mode,
  uid,
  gid,
  type: 'directory' as const,
  inode: `1:${path.length}`,
})

/** A file of root's, below root's directories, with the given mode. */
export function exampleFile(
  mode: number,
  parts: Partial<FileFacts> & { readonly uid?: number; readonly above?: number } = {},
): FileFacts {
  const { uid = 0, above = 0o755, ...rest } = parts
  const path = rest.path ?? '/etc/kubernetes/pki/etcd/server.key'
  const type = /directory/.test(rest.role ?? '') ? ('directory' as const) : ('file' as const)
  return {
    path,
    role: 'private-key',
    referencedBy: ['m1 --key-file'],
    real: known({ path, mode, uid, gid: uid, type, inode: '1:42' }),
    parents: [directory(path.slice(0, path.lastIndexOf('/')), above), directory('/')],
    holds: [],
    ...rest,
  }
}
