import type { Flags, FlagValues } from '../flags.ts'
import { TARGET_FLAGS } from '../target-flags.ts'

const { endpoints, cacert, cert, key, user, timeout } = TARGET_FLAGS

export const DIFF_FLAGS = {
  endpoints: { ...endpoints, help: 'client URLs of the cluster to compare with' },
  cacert,
  cert,
  key,
  user,
  'password-file': TARGET_FLAGS['password-file'],
  timeout,
  'detailed-exitcode': { type: 'boolean', help: 'exit 1 where anything differs' },
} as const satisfies Flags

export type DiffFlags = FlagValues<typeof DIFF_FLAGS>
