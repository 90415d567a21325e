// The flags of every command that works on a snapshot repository.
import type { Flags, FlagValues } from '../flags.ts'
import { CREDENTIAL_FLAGS } from '../target-flags.ts'

export const REPOSITORY_FLAGS = {
  repository: {
    type: 'string',
    value: 'PLACE',
    help: 'where the snapshots are: a directory, or s3://bucket/prefix',
  },
  trust: {
    type: 'list',
    value: 'KEY',
    help: 'public keys that may sign snapshots: ed25519:…, or a file of them; default that of --sign-with',
  },
  'trust-records': {
    type: 'list',
    value: 'KEY',
    help: 'public keys that may sign records (verified, held, pruned) alone; default those of --trust',
  },
  anchor: {
    type: 'list',
    value: 'PLACE',
    help: 'outside the repository, what the newest was: a file, store:PLACE, etcd:/key, or copy:PLACE, a copy of it',
  },
  endpoints: {
    type: 'list',
    value: 'URLS',
    help: 'client URLs of the cluster of an anchor etcd:/key; default the etcd of this machine',
  },
  ...CREDENTIAL_FLAGS,
} as const satisfies Flags

export const SIGNING_FLAG = {
  'sign-with': {
    type: 'string',
    value: 'FILE',
    help: 'private key that signs, as snapshot keygen makes it',
  },
} as const satisfies Flags

export const IDENTITY_FLAG = {
  identity: {
    type: 'list',
    value: 'FILE',
    help: 'what opens the snapshots: age identities or a key file',
  },
} as const satisfies Flags

export const RECIPIENT_FLAG = {
  recipient: {
    type: 'list',
    value: 'KEY',
    help: 'who can read it: age1…, or key-file:FILE; each alone is enough',
  },
} as const satisfies Flags

export type RepositoryFlags = FlagValues<typeof REPOSITORY_FLAGS>
export type SigningFlag = FlagValues<typeof SIGNING_FLAG>
