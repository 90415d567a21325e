import { resolve } from 'node:path'
import { loadLab, saveLab } from '../../../lab/lay-lab.ts'
import { runLab } from '../../../lab/run-lab.ts'
import { defineCommand } from '../../command.ts'
import { labPorts } from '../../lab-flags.ts'

export default defineCommand({
  summary: 'Runs the members of a lab in the foreground, as the kubelet would',
  description:
    'Starts every static pod in the manifests directory of the lab and restarts one when its manifest changes. `lab up` starts this in the background. SIGINT and SIGTERM stop the members.',
  examples: [{ run: 'lab run ./etcdkeep-lab', what: 'bring a lab back after a reboot' }],
  positionals: [{ name: 'DIR', help: 'the directory of a lab', required: true }],
  flags: {},
  async run({ positionals: [directory = ''] }, context) {
    const { signal } = context
    const ports = labPorts(context.ports)
    const lab = await loadLab(ports, resolve(directory))
    await saveLab(ports, { ...lab, runner: process.pid })
    const binaries = await context.ports.etcdBinaries({ signal })
    const runner = runLab(ports, lab, binaries, (line) => context.show(line))
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    await runner.stop()
    return { schema: 'etcdkeep.lab-run/v1', directory: lab.directory }
  },
  text: ({ directory }) => `stopped ${directory}`,
})
