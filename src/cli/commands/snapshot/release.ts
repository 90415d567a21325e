import { holdText } from '../../../report/hold-text.ts'
import { defineCommand } from '../../command.ts'
import { REPOSITORY_FLAGS, SIGNING_FLAG } from '../../repository/flags.ts'
import { runHold } from '../../repository/run-record.ts'

export default defineCommand({
  summary: 'Ends the hold of snapshots: retention decides again',
  description: 'A signed record beside that of the hold; both stay.',
  examples: [
    {
      run: 'snapshot release 41 --reason "case 4711" --repository /backups/etcd --trust keys.txt --sign-with admin.key --trust-records admin.pub',
      what: 'snapshot 41',
    },
  ],
  flags: {
    ...REPOSITORY_FLAGS,
    ...SIGNING_FLAG,
    reason: { type: 'string', value: 'TEXT', help: 'why; kept with the snapshot' },
  },
  positionals: [{ name: 'SEQ', help: 'numbers of snapshots', required: true, repeated: true }],
  run: ({ flags, positionals }, context) => runHold('released', flags, positionals, context),
  text: holdText,
})
