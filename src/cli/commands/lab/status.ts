import { type MemberState, labState } from '../../../lab/background.ts'
import { defineCommand } from '../../command.ts'
import { DIRECTORY_FLAG, labDirectory, labPorts } from '../../lab-flags.ts'

const line = ({ name, clientUrl, version, leader }: MemberState) =>
  `  ${name}  ${clientUrl}  ${version === undefined ? 'does not answer' : `etcd ${version}${leader ? '  leader' : ''}`}`

export default defineCommand({
  summary: 'Says whether the members of a lab answer',
  examples: [{ run: 'lab status', what: 'the lab in ./etcdkeep-lab' }],
  flags: { directory: DIRECTORY_FLAG },
  async run({ flags }, { ports }) {
    const state = await labState(labPorts(ports), labDirectory(flags.directory))
    return { schema: 'etcdkeep.lab-status/v1', ...state }
  },
  text: ({ lab, running, members }) =>
    [
      `${lab.shape} cluster in ${lab.directory}: ${running ? 'running' : 'its runner is gone (lab down cleans up)'}`,
      ...members.map(line),
    ].join('\n'),
  exit: ({ running, members }) =>
    running && members.every(({ version }) => version !== undefined) ? 0 : 3,
})
