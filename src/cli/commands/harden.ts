import { planText } from '../../report/plan-text.ts'
import { defineCommand } from '../command.ts'
import { HARDEN_FLAGS } from '../hardening/flags.ts'
import { runHarden, type HardenResult } from '../hardening/run-harden.ts'

export default defineCommand({
  summary: 'Closes what check found open: plan, apply member by member, prove, or roll back',
  description:
    'Edits static pod manifests, lays drop-ins beside systemd units, edits the etcd configuration files that they name and file modes of this machine, and issues certificates of CAs for etcd alone. One member at a time, the leader last, behind health gates; a member that does not come back well is put back as it was. Stopped at any moment, the next run goes on from the journal. What needs a decision is listed, not guessed. Units are restarted through systemctl; where systemd does not run, harden stops after each member and says what to run.',
  examples: [
    { run: 'harden --dry-run', what: 'the plan as a diff; changes nothing' },
    { run: 'harden', what: 'the same, then asks and applies' },
    {
      run: 'harden --yes --ca-dir /root/etcd-ca',
      what: 'one host of several; carry the CAs along',
    },
    { run: 'harden --dry-run --detailed-exitcode', what: 'exit 1 while something is left to do' },
  ],
  flags: HARDEN_FLAGS,
  run: ({ flags }, context) => runHarden(flags, context),
  text: (result: HardenResult) => planText(result),
  exit: (result: HardenResult) =>
    (result.outcome && result.outcome.as !== 'applied') ||
    (result.detailedExitcode && !result.outcome && result.steps.length > 0)
      ? 1
      : 0,
})
