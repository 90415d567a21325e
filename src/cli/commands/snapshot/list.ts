import { listingText } from '../../../report/listing-text.ts'
import { type Listing, listingOf } from '../../../repository/listing.ts'
import { defineCommand } from '../../command.ts'
import { REPOSITORY_FLAGS, SIGNING_FLAG } from '../../repository/flags.ts'
import { judgeRepository, openRepository } from '../../repository/open.ts'

export default defineCommand({
  summary: 'Lists the snapshots of a repository, and what is wrong with it',
  description:
    'Reads every manifest and record, checks each signature and both chains, and compares with the anchors: what was forged, changed, replayed, reordered, hidden or removed is named, and the exit code is 1. No secret is needed. What lies in the sealed bytes is for snapshot verify.',
  examples: [
    { run: 'snapshot list --repository /backups/etcd --trust ed25519:KEY', what: 'from anywhere' },
    {
      run: 'snapshot list --repository /backups/etcd --trust keys.txt --anchor /var/lib/etcdkeep/anchor.json',
      what: 'and see whether the newest were removed',
    },
  ],
  flags: {
    ...REPOSITORY_FLAGS,
    ...SIGNING_FLAG,
    pruned: { type: 'boolean', help: 'show pruned snapshots too' },
  },
  async run({ flags }, context) {
    const repository = await openRepository(flags, context.ports)
    context.progress.step(`reading ${repository.store.name}`)
    const chain = await judgeRepository(repository, context)
    const now = context.ports.clock.now()
    return listingOf(repository.store.name, chain, { now, pruned: flags.pruned })
  },
  text: listingText,
  exit: ({ problems }: Listing) =>
    problems.some(({ severity }) => severity === 'problem') ? 1 : 0,
})
