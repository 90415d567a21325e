import { KeepError } from '../../../core/error.ts'
import { problemLines } from '../../../report/problems-text.ts'
import { defineCommand } from '../../command.ts'
import { REPOSITORY_FLAGS, SIGNING_FLAG } from '../../repository/flags.ts'
import { requireSigner } from '../../repository/keys.ts'
import { judgeRepository, openRepository } from '../../repository/open.ts'
import { recorderOf } from '../../repository/recorder.ts'

/** `44` or `44-47`. Throws `usage`. */
function rangeOf(text: string): { readonly from: number; readonly to: number } {
  const [, from = '', to = from] = /^(\d{1,12})(?:-(\d{1,12}))?$/.exec(text) ?? []
  const range = { from: Number(from), to: Number(to) }
  if (from !== '' && range.from >= 1 && range.from <= range.to) return range
  throw new KeepError('usage', 'usage.argument', `${text} is no range of numbers`, {
    hint: 'write 44 or 44-47, as snapshot list names what is missing',
  })
}

export default defineCommand({
  summary: 'Records that missing manifests or records are known to be lost',
  description:
    'Until somebody has looked, list, verify and prune treat a gap as an attack. Find out first what happened: the store’s own versions and logs may still have them. The record is signed and stays; what is missing is still told, as a notice.',
  examples: [
    {
      run: 'snapshot acknowledge 44-45 --reason "disk of the store failed" --repository /backups/etcd --trust keys.txt --sign-with admin.key --trust-records admin.pub',
      what: 'manifests 44 and 45',
    },
  ],
  flags: {
    ...REPOSITORY_FLAGS,
    ...SIGNING_FLAG,
    of: {
      type: 'string',
      value: 'WHAT',
      help: 'what is missing',
      choices: ['manifests', 'records'],
      default: 'manifests',
    },
    reason: { type: 'string', value: 'TEXT', help: 'what happened; kept for ever' },
  },
  positionals: [{ name: 'RANGE', help: '44, or 44-47', required: true }],
  async run({ flags, positionals }, context) {
    const { ports, signal } = context
    const { reason, of: folder } = flags
    if (reason === undefined || reason.length > 1000)
      throw new KeepError(
        'usage',
        'usage.flag',
        'the reason is missing, or longer than 1000 characters',
        {
          hint: 'say what happened: --reason "…"',
        },
      )
    const range = rangeOf(positionals[0] ?? '')
    const repository = await openRepository(flags, ports)
    const signer = await requireSigner(ports.host(), flags['sign-with'])
    const chain = await judgeRepository(repository, context)
    const recorder = recorderOf(repository, signer, chain, { clock: ports.clock, signal })
    await recorder.record({ kind: 'acknowledged', folder, ...range, reason })
    await recorder.finish()
    const { problems } = await judgeRepository(repository, context)
    return { schema: 'etcdkeep.snapshot-acknowledge/v1', folder, ...range, problems }
  },
  text: ({ folder, from, to, problems }, terminal) =>
    [...problemLines(problems, terminal), `${folder} ${from} to ${to}: acknowledged as lost`].join(
      '\n',
    ),
})
