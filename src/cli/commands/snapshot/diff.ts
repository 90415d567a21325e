import { defineCommand } from '../../command.ts'
import { DIFF_FLAGS } from '../../diffing/flags.ts'
import { runDiff } from '../../diffing/run-diff.ts'
import { snapshotDiffText } from '../../../report/snapshot-diff-text.ts'

export default defineCommand({
  summary:
    'What changed between two snapshots, or since a snapshot, and what a restore would bring back',
  description:
    'Compares every living key of two snapshot files, or of one and the live cluster: added, changed and removed, objects of Kubernetes by name. No value is shown, only its size and a fingerprint that is drawn anew for each run. What decides who may do what comes first: roles, Secrets, service accounts, admission, and the users of etcd that a restore of the first side would bring back.\nA value counts as changed when its stored bytes did: an object that was encrypted anew is one. Memory: about 64 bytes for each key of the first side.',
  examples: [
    { run: 'snapshot diff monday.db tuesday.db', what: 'between two snapshots' },
    {
      run: 'snapshot diff backup.db --endpoints https://10.0.0.1:2379 --cacert ca.crt --cert c.crt --key c.key',
      what: 'what restoring this backup now would undo',
    },
    {
      run: 'snapshot diff monday.db tuesday.db --detailed-exitcode -o json',
      what: 'for machines: exit status 1 where anything differs',
    },
  ],
  flags: DIFF_FLAGS,
  positionals: [
    { name: 'FROM', help: 'name a snapshot file', required: true },
    { name: 'TO', help: 'another snapshot file; without it the cluster at --endpoints' },
  ],
  run: ({ flags, positionals }, context) => runDiff(flags, positionals, context),
  text: snapshotDiffText,
  exit: (diff) => (diff.detailedExitcode && !diff.same ? 1 : 0),
})
