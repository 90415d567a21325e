import { defineCommand } from '../../command.ts'
import { SAVE_FLAGS } from '../../saving/flags.ts'
import { runSave } from '../../saving/run-save.ts'
import { saveExit, saveText } from '../../saving/save-result.ts'

export default defineCommand({
  summary: 'Takes a snapshot and keeps it only where it is proven good',
  description:
    'A healthy follower that lags behind nobody is read, the leader where there is none, a learner never; on an error the next one. While the bytes come, their length and SHA-256 are checked and the database is read: its true revision, its pages, what is in it; then HashKV of the member must be the same. What fails any of it is not kept, and an older file of the name stays.\nInto a repository it goes compressed and encrypted in the same pass: nothing readable touches a disk, and this machine cannot read what it made. A slow store does not hold the member: the rest waits in a spool.',
  examples: [
    {
      run: 'snapshot save --repository /backups --sign-with signing.pem --recipient age1…',
      what: 'encrypted and signed, into a repository',
    },
    { run: 'snapshot save --output /backup/etcd.db', what: 'the etcd of this machine, as root' },
    {
      run: 'snapshot save --output etcd.db --endpoints https://10.0.0.1:2379,https://10.0.0.2:2379 --cacert ca.crt --cert c.crt --key c.key -o json',
      what: 'a cluster elsewhere, the result for machines',
    },
  ],
  flags: SAVE_FLAGS,
  run: ({ flags }, context) => runSave(flags, context),
  text: saveText,
  exit: saveExit,
})
