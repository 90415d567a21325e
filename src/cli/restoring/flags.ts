import type { Flags, FlagValues } from '../flags.ts'
import { IDENTITY_FLAG, REPOSITORY_FLAGS } from '../repository/flags.ts'
import { CREDENTIAL_FLAGS } from '../target-flags.ts'

export const RESTORE_FLAGS = {
  ...REPOSITORY_FLAGS,
  ...IDENTITY_FLAG,
  'accept-problems': {
    type: 'boolean',
    help: 'restore the snapshot that is named although its repository has problems',
  },
  manifests: {
    type: 'string',
    value: 'DIR',
    help: 'static pod manifests of the members, wherever they were moved to',
  },
  member: {
    type: 'list',
    value: 'MEMBER',
    help: 'instead of manifests: name=m1,data-dir=DIR,peer-url=URL,client-url=URL[,wal-dir=DIR]; again for each',
  },
  cluster: {
    type: 'list',
    value: 'NAME=URL',
    help: 'peer URLs of all members, where some are on other hosts',
  },
  token: {
    type: 'string',
    value: 'TEXT',
    help: 'of the new cluster, the same on every host; default a fresh one',
  },
  bump: {
    type: 'string',
    value: 'N',
    help: 'move revisions on by N, older ones count as compacted; default 1000000000 for Kubernetes',
  },
  'no-bump': { type: 'boolean', help: 'let revisions go back to those of the snapshot' },
  'etcd-version': {
    type: 'string',
    value: 'VERSION',
    help: 'that the members run; default as the image or the snapshot says',
  },
  state: {
    type: 'string',
    value: 'DIR',
    help: 'journal, and a readable copy while it works',
    default: '/var/lib/etcdkeep/restore',
  },
  wait: {
    type: 'duration',
    value: 'TIME',
    help: 'how long to wait until the members are started, to prove them in the same run',
  },
  ...CREDENTIAL_FLAGS,
  rollback: { type: 'boolean', help: 'put the old data back, until the new was proven' },
  yes: { type: 'boolean', help: 'restore without asking' },
  'dry-run': { type: 'boolean', help: 'show the plan and stop' },
} as const satisfies Flags

export type RestoreFlags = FlagValues<typeof RESTORE_FLAGS>
