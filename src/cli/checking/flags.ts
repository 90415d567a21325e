import { SEVERITIES } from '../../core/finding.ts'
import type { Flags, FlagValues } from '../flags.ts'
import { REPOSITORY_FLAGS } from '../repository/flags.ts'
import { TARGET_FLAGS } from '../target-flags.ts'

export const CHECK_FLAGS = {
  ...REPOSITORY_FLAGS,
  ...TARGET_FLAGS,
  control: { type: 'list', value: 'ID', help: 'only these controls; see etcdkeep explain' },
  facts: { type: 'string', value: 'FILE', help: 'judge saved facts; look at nothing' },
  'save-facts': { type: 'string', value: 'FILE', help: 'save what was seen, without any secret' },
  snapshot: {
    type: 'string',
    value: 'FILE',
    help: 'judge the rows stored in a snapshot, not those of the live keyspace',
  },
  repository: {
    type: 'list',
    value: 'PLACE',
    help: 'judge the snapshots kept there: a directory, or s3://bucket/prefix',
  },
  rpo: {
    type: 'duration',
    value: 'TIME',
    help: 'how old the newest snapshot may be',
    default: '1d',
  },
  waivers: { type: 'string', value: 'FILE', help: 'accepted failures, YAML or JSON' },
  baseline: { type: 'string', value: 'FILE', help: 'an earlier check -o json to compare with' },
  'fail-on': {
    type: 'string',
    value: 'SEVERITY',
    help: 'exit 1 for failures from here up',
    choices: [...SEVERITIES, 'never'],
    default: 'high',
  },
  strict: { type: 'boolean', help: 'exit 3 where something stayed unknown' },
  report: { type: 'string', value: 'FILE', help: 'also save the report as HTML' },
} as const satisfies Flags

export type CheckFlags = FlagValues<typeof CHECK_FLAGS>
