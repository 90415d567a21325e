import { KeepError } from '../../../core/error.ts'
import { verifyText } from '../../../report/verify-text.ts'
import { defineCommand } from '../../command.ts'
import { IDENTITY_FLAG, REPOSITORY_FLAGS, SIGNING_FLAG } from '../../repository/flags.ts'
import { runVerify, type VerifyResult } from '../../repository/run-verify.ts'

export default defineCommand({
  summary:
    'Reads snapshots of a repository to the last byte, and says whether they are what was saved',
  description:
    'Without a key: every signature, both chains, the anchors, and the SHA-256 of the sealed bytes. With --identity each chunk is opened too, the database hashed and read page by page, and its revision and content held against the manifest. With --sign-with what passed is recorded; --unless-within then makes an interrupted --all go on where it was.',
  examples: [
    {
      run: 'snapshot verify --repository /backups/etcd --trust keys.txt',
      what: 'the newest, without a key',
    },
    {
      run: 'snapshot verify --all --unless-within 7d --repository /backups/etcd --trust keys.txt --identity identity.txt --sign-with verifier.key --trust-records verifier.pub',
      what: 'scrub what was not verified for a week, and record it',
    },
  ],
  flags: {
    ...REPOSITORY_FLAGS,
    ...SIGNING_FLAG,
    ...IDENTITY_FLAG,
    all: { type: 'boolean', help: 'every snapshot that is not pruned' },
    parallel: { type: 'number', value: 'N', help: 'how many at the same time', default: '2' },
    'unless-within': {
      type: 'duration',
      value: 'TIME',
      help: 'leave out what was verified so recently, as records say',
    },
  },
  positionals: [{ name: 'SEQ', help: 'numbers of snapshots; default the newest', repeated: true }],
  run({ flags, positionals }, context) {
    if (flags.all && positionals.length > 0)
      throw new KeepError('usage', 'usage.argument', 'both --all and numbers', { hint: 'give one' })
    return runVerify(flags, positionals, context)
  },
  text: verifyText,
  exit: ({ problems }: VerifyResult) =>
    problems.some(({ severity }) => severity === 'problem') ? 1 : 0,
})
