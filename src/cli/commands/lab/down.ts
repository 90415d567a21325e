import { downLab } from '../../../lab/background.ts'
import { defineCommand } from '../../command.ts'
import { DIRECTORY_FLAG, labDirectory, labPorts } from '../../lab-flags.ts'

export default defineCommand({
  summary: 'Stops a lab and removes everything it made',
  examples: [{ run: 'lab down', what: 'the lab in ./etcdkeep-lab, also after a crash' }],
  flags: { directory: DIRECTORY_FLAG },
  async run({ flags }, { ports, progress }) {
    progress.step('stopping the members')
    const { directory, members } = await downLab(labPorts(ports), labDirectory(flags.directory))
    return { schema: 'etcdkeep.lab-down/v1', directory, members: members.map(({ name }) => name) }
  },
  text: ({ directory, members }) => `stopped ${members.join(', ')} and removed ${directory}`,
})
