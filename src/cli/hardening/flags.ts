import type { Flags } from '../flags.ts'
import { TARGET_FLAGS } from '../target-flags.ts'

const { root: _root, ...REACHABLE } = TARGET_FLAGS

export const HARDEN_FLAGS = {
  ...REACHABLE,
  state: {
    type: 'string',
    value: 'DIR',
    help: 'journal, backups and new CAs',
    default: '/var/lib/etcdkeep/harden',
  },
  'ca-dir': {
    type: 'string',
    value: 'DIR',
    help: 'CAs of the closed doors, where members run on several hosts',
  },
  yes: { type: 'boolean', help: 'apply without asking' },
  'dry-run': { type: 'boolean', help: 'show the plan and stop' },
  'detailed-exitcode': { type: 'boolean', help: 'exit 1 when the plan is not empty' },
} as const satisfies Flags
