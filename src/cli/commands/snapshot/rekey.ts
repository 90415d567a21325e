import { KeepError } from '../../../core/error.ts'
import { rekeyText } from '../../../report/rekey-text.ts'
import { defineCommand } from '../../command.ts'
import {
  IDENTITY_FLAG,
  RECIPIENT_FLAG,
  REPOSITORY_FLAGS,
  SIGNING_FLAG,
} from '../../repository/flags.ts'
import { type RekeyResult, runRekey } from '../../repository/run-rekey.ts'

export default defineCommand({
  summary: 'Wraps the data keys of snapshots for other readers; no data moves',
  description:
    'The data key is opened with --identity and wrapped for every --recipient, in a new generation beside the old one. Older generations stay until --remove-old: be sure that a new reader can open it first (snapshot verify). What somebody copied before stays readable for the old key. Run again after an interruption, it goes on.',
  examples: [
    {
      run: 'snapshot rekey --all --identity old.txt --recipient age1NEW --repository /backups/etcd --trust keys.txt --sign-with admin.key --trust-records admin.pub',
      what: 'a new reader for every snapshot',
    },
    {
      run: 'snapshot rekey --all --remove-old --identity new.txt --recipient age1NEW --repository /backups/etcd --trust keys.txt --sign-with admin.key --trust-records admin.pub',
      what: 'then away with the old wrappings',
    },
  ],
  flags: {
    ...REPOSITORY_FLAGS,
    ...SIGNING_FLAG,
    ...IDENTITY_FLAG,
    ...RECIPIENT_FLAG,
    all: { type: 'boolean', help: 'every snapshot that is not pruned' },
    'remove-old': { type: 'boolean', help: 'remove older generations, where the store allows it' },
  },
  positionals: [{ name: 'SEQ', help: 'numbers of snapshots; default the newest', repeated: true }],
  run({ flags, positionals }, context) {
    if (flags.all && positionals.length > 0)
      throw new KeepError('usage', 'usage.argument', 'both --all and numbers', { hint: 'give one' })
    return runRekey(flags, positionals, context)
  },
  text: rekeyText,
  exit: ({ snapshots, problems }: RekeyResult) =>
    snapshots.some(({ outcome }) => outcome === 'failed') ||
    problems.some(({ severity }) => severity === 'problem')
      ? 1
      : 0,
})
