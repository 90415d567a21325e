import type { Flags, FlagValues } from '../flags.ts'
import { IDENTITY_FLAG, REPOSITORY_FLAGS, SIGNING_FLAG } from '../repository/flags.ts'

export const DRILL_FLAGS = {
  ...REPOSITORY_FLAGS,
  ...SIGNING_FLAG,
  ...IDENTITY_FLAG,
  all: { type: 'boolean', help: 'every snapshot that is not pruned, the newest first' },
  newest: { type: 'boolean', help: 'the newest; that is the default' },
  'unless-within': {
    type: 'duration',
    value: 'TIME',
    help: 'leave out what was drilled with success so recently, as records say',
  },
  rto: {
    type: 'duration',
    value: 'TIME',
    help: 'a drill is bad where opening, restoring and starting take longer',
  },
  rpo: {
    type: 'duration',
    value: 'TIME',
    help: 'a drill is bad where more time is lost: since the newest, or between two snapshots',
  },
  'encryption-config': {
    type: 'string',
    value: 'FILE',
    help: 'EncryptionConfiguration of kube-apiserver: are the keys that rows name in it',
  },
  'etcd-version': {
    type: 'string',
    value: 'VERSION',
    help: 'restore into this etcd; default the nearest to that of the snapshot',
  },
  sample: {
    type: 'number',
    value: 'N',
    help: 'rows picked at random and compared',
    default: '200',
  },
  scratch: {
    type: 'string',
    value: 'DIR',
    help: 'where the plain data lies meanwhile; default memory (/dev/shm) with room, else $TMPDIR',
  },
} as const satisfies Flags

export type DrillFlags = FlagValues<typeof DRILL_FLAGS>
