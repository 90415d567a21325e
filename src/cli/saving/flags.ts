import type { Flags, FlagValues } from '../flags.ts'
import { RECIPIENT_FLAG, REPOSITORY_FLAGS, SIGNING_FLAG } from '../repository/flags.ts'
import { CREDENTIAL_FLAGS } from '../target-flags.ts'

export const SAVE_FLAGS = {
  output: {
    type: 'string',
    value: 'FILE',
    help: 'save into a file that etcdutl snapshot restore takes; not encrypted',
  },
  ...REPOSITORY_FLAGS,
  'copy-to': {
    type: 'list',
    value: 'PLACE',
    help: 'further repositories that get the same objects in the same pass',
  },
  ...SIGNING_FLAG,
  ...RECIPIENT_FLAG,
  spool: {
    type: 'string',
    value: 'DIR',
    help: 'where sealed bytes wait for a slow store, up to 4 GiB; default $TMPDIR',
  },
  endpoints: {
    type: 'list',
    value: 'URLS',
    help: 'client URLs of members of one cluster; default the etcd of this machine',
  },
  ...CREDENTIAL_FLAGS,
  'no-hash-kv': {
    type: 'boolean',
    help: 'do not compare with HashKV of the member: faster',
  },
  timeout: {
    type: 'duration',
    value: 'TIME',
    help: 'for one question to one member',
    default: '5s',
  },
  stall: {
    type: 'duration',
    value: 'TIME',
    help: 'without a byte of the snapshot, until another member is tried',
    default: '30s',
  },
} as const satisfies Flags

export type SaveFlags = FlagValues<typeof SAVE_FLAGS>
