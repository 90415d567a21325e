import { KeepError } from '../../../core/error.ts'
import { syncText } from '../../../report/sync-text.ts'
import { mirrorAll } from '../../../repository/mirror.ts'
import { defineCommand } from '../../command.ts'
import { REPOSITORY_FLAGS, SIGNING_FLAG } from '../../repository/flags.ts'
import { judgeRepository, openRepository } from '../../repository/open.ts'

export default defineCommand({
  summary:
    'Makes copies of a repository catch up: what is missing is copied, what was pruned removed',
  description:
    'The same objects under the same names, every one checked while it passes; nothing that is changed is spread. Needs no key. A save with --copy-to writes to the copies in the same pass; this is for a copy that could not be reached, and after verify, hold, prune and rekey, which write into the first repository alone.',
  examples: [
    {
      run: 'snapshot sync --repository /backups/etcd --copy-to /mnt/offsite/etcd --trust keys.txt',
      what: 'after an outage of the second place',
    },
  ],
  flags: {
    ...REPOSITORY_FLAGS,
    ...SIGNING_FLAG,
    'copy-to': { type: 'list', value: 'PLACE', help: 'the repositories that are to catch up' },
  },
  async run({ flags }, context) {
    const { ports, signal, progress } = context
    if (flags['copy-to'].length === 0)
      throw new KeepError('usage', 'usage.flag', 'nothing is to catch up', {
        hint: 'give --copy-to PLACE',
      })
    const repository = await openRepository(flags, ports)
    const { store: from, trust } = repository
    progress.step(`reading ${from.name}`)
    const { snapshots, records, problems } = await judgeRepository(repository, context)
    const copies = []
    for (const location of flags['copy-to']) {
      const to = ports.objectStore({ location })
      progress.step(`copying to ${to.name}`)
      const { copied, removed } = await mirrorAll(snapshots, records, { from, to, trust, signal })
      copies.push({ name: to.name, copied, removed })
    }
    return { schema: 'etcdkeep.snapshot-sync/v1', repository: from.name, copies, problems }
  },
  text: syncText,
  exit: ({ problems }) => (problems.some(({ severity }) => severity === 'problem') ? 1 : 0),
})
