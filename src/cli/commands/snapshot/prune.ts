import { pruneText } from '../../../report/prune-text.ts'
import { defineCommand } from '../../command.ts'
import { REPOSITORY_FLAGS, SIGNING_FLAG } from '../../repository/flags.ts'
import { type PruneResult, runPrune } from '../../repository/run-prune.ts'

export default defineCommand({
  summary: 'Removes snapshots that no rule keeps; never the last that was verified or drilled',
  description:
    'Rules add up. Whatever they say, these stay: the newest, what is held, the last that was verified, the last that was restored in a drill, and everything newer than the last verified one. Age counts back from the newest snapshot, by signed times. While the chain, an anchor or a clock is in doubt, nothing is removed. Manifests and records stay for ever.',
  examples: [
    {
      run: 'snapshot prune --dry-run --keep-hourly 24 --keep-daily 7 --keep-monthly 12 --repository /backups/etcd --trust keys.txt',
      what: 'what would go, what would stay, and why',
    },
    {
      run: 'snapshot prune --yes --keep-last 10 --repository /backups/etcd --trust keys.txt --sign-with pruner.key --trust-records pruner.pub',
      what: 'from a timer, with a key of its own',
    },
  ],
  flags: {
    ...REPOSITORY_FLAGS,
    ...SIGNING_FLAG,
    'keep-last': { type: 'number', value: 'N', help: 'the newest N', default: '0' },
    'keep-within': {
      type: 'duration',
      value: 'TIME',
      help: 'what is no older than the newest by this',
    },
    'keep-hourly': {
      type: 'number',
      value: 'N',
      help: 'the newest of each of N hours',
      default: '0',
    },
    'keep-daily': { type: 'number', value: 'N', help: 'of N days, UTC', default: '0' },
    'keep-weekly': { type: 'number', value: 'N', help: 'of N weeks', default: '0' },
    'keep-monthly': { type: 'number', value: 'N', help: 'of N months', default: '0' },
    'keep-yearly': { type: 'number', value: 'N', help: 'of N years', default: '0' },
    'accept-clock': {
      type: 'boolean',
      help: 'the times are right, though a clock seems to have jumped',
    },
    'dry-run': { type: 'boolean', help: 'explain, and change nothing' },
    yes: { type: 'boolean', help: 'do not ask' },
  },
  run: ({ flags }, context) => runPrune(flags, context),
  text: pruneText,
  exit: ({ refused, problems }: PruneResult) =>
    refused.length > 0 || problems.some(({ severity }) => severity === 'problem') ? 1 : 0,
})
