import { restoreText } from '../../../report/restore-text.ts'
import { defineCommand } from '../../command.ts'
import { RESTORE_FLAGS } from '../../restoring/flags.ts'
import { type RestoreResult, runRestore } from '../../restoring/run-restore.ts'

export default defineCommand({
  summary: 'Brings members back from a snapshot, their old data kept aside until the new is proven',
  description:
    'Of a repository, chain and anchors are judged first. The old members are proven to be down: no port answers, no process holds their files. The verified bytes go once into a file (0600, gone afterwards), are tried in a scratch directory, and become the new data of every member beside the old, with a fresh cluster token; renames put it in place. For Kubernetes, revisions are moved on and older ones marked as compacted, so that clients notice. Members are then started by whoever runs them; the same command again, or --wait, proves that all are healthy and hold the same data. Killed at any moment, the same command goes on; until the proof, --rollback puts the old data back.\nOne run restores all members of this host. Where others are on other hosts, give --cluster and --token on each.',
  examples: [
    {
      run: 'snapshot restore backup.db --manifests /root/stopped --dry-run',
      what: 'the plan for the members of manifests that were moved out of the kubelet’s reach',
    },
    {
      run: 'snapshot restore --repository /backups --trust keys.txt --identity identity.txt --anchor /root/anchor.json --manifests /root/stopped --wait 5m',
      what: 'the newest of a repository; the proof when the manifests are back',
    },
    {
      run: 'snapshot restore backup.db --member name=m1,data-dir=/var/lib/etcd,peer-url=https://10.0.0.1:2380,client-url=https://10.0.0.1:2379 --yes',
      what: 'one member that systemd runs',
    },
    { run: 'snapshot restore --rollback', what: 'the old data into its place again' },
  ],
  flags: RESTORE_FLAGS,
  positionals: [
    { name: 'SNAPSHOT', help: 'a file, or a number of the repository; default the newest' },
  ],
  run: ({ flags, positionals: [given] }, context) => runRestore(flags, given, context),
  text: (result: RestoreResult, terminal) => restoreText(result, terminal),
})
