import { type AgentResult, runAgent } from '../agent/run-agent.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_FLAG } from '../flags.ts'

export default defineCommand({
  summary: 'Keeps the schedule: snapshots, verifications, drills and pruning, with metrics',
  description:
    'What is to be done, and when, stands in etcdkeep.yaml under snapshots.schedule. What was missed is done at once; what another agent has done, as the repository shows, is not done again; one job runs at a time; what fails is tried again, later each time, up to an hour. On SIGTERM the job that runs may end.\nWho needs no process that stays runs the snapshot commands from a systemd timer or a CronJob: they read the same file.',
  examples: [
    { run: 'agent', what: 'by /etc/etcdkeep/etcdkeep.yaml' },
    { run: 'agent --config etcdkeep.yaml', what: 'by another' },
  ],
  flags: CONFIG_FLAG,
  run: ({ flags }, context) => runAgent(flags.config, context),
  text: ({ runs, failures }: AgentResult) => `ended; ${runs} runs, ${failures} failed`,
})
