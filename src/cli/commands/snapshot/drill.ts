import { drillText } from '../../../report/drill-text.ts'
import { defineCommand } from '../../command.ts'
import { drillExit } from '../../drilling/drill-result.ts'
import { DRILL_FLAGS } from '../../drilling/flags.ts'
import { runDrill } from '../../drilling/run-drill.ts'

export default defineCommand({
  summary: 'Restores snapshots into a throw-away etcd, and says what a recovery would be like',
  description:
    'Each snapshot is opened and verified, restored by etcd’s own tool, and started as a member of its own on loopback that only this run can talk to. HashKV must be what the old member said, the keys below every prefix as many as in the file, rows picked at random as stored; then a key is written and read. The time of each phase is measured. With --sign-with the evidence is signed and kept beside the snapshot.\nWhile it runs the data lies in the clear, in a directory that only this user can enter: in memory where there is room. It is removed at the end; what a killed drill left goes with the next one.',
  examples: [
    {
      run: 'snapshot drill --repository /backups/etcd --trust keys.txt --identity identity.txt',
      what: 'the newest',
    },
    {
      run: 'snapshot drill --all --unless-within 7d --rto 10m --rpo 1h --repository s3://bucket/etcd --trust keys.txt --identity identity.txt --sign-with drill.key --trust-records drill.pub',
      what: 'all that were not drilled for a week, judged by what is allowed, and recorded',
    },
    { run: 'snapshot drill backup.db', what: 'a file, as etcdctl snapshot save makes it' },
  ],
  flags: DRILL_FLAGS,
  positionals: [
    {
      name: 'SNAPSHOT',
      help: 'numbers of snapshots of the repository, or one file; default the newest',
      repeated: true,
    },
  ],
  run: ({ flags, positionals }, context) => runDrill(flags, positionals, context),
  text: drillText,
  exit: drillExit,
})
