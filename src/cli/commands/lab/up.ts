import { KeepError } from '../../../core/error.ts'
import { upLab } from '../../../lab/background.ts'
import { type Lab, clientFiles } from '../../../lab/model.ts'
import { SHAPES, type ShapeName } from '../../../lab/shapes/by-name.ts'
import type { EtcdBinary } from '../../../ports/binaries.ts'
import { defineCommand } from '../../command.ts'
import { DIRECTORY_FLAG, labDirectory, labPorts } from '../../lab-flags.ts'

const shapes = Object.keys(SHAPES) as readonly ShapeName[]

function chosen(all: readonly EtcdBinary[], wanted: readonly string[]): readonly EtcdBinary[] {
  if (wanted.length === 0) return all.slice(-1)
  return wanted.map((version) => {
    const found = all.findLast((one) => `${one.version}.`.startsWith(`${version}.`))
    if (found) return found
    throw new KeepError('usage', 'lab.version', `there is no etcd ${version} on this machine`, {
      hint: `there are ${all.map((one) => one.version).join(', ')}`,
    })
  })
}

function membersOf(count: number): 1 | 3 | 5 {
  if (count === 1 || count === 3 || count === 5) return count
  throw new KeepError('usage', 'lab.members', `${count} members`, { hint: 'take 1, 3 or 5' })
}

/** What the runner needs to find etcd again, and nothing else of this environment. */
const inherited = (): Record<string, string> =>
  Object.fromEntries(
    ['HOME', 'PATH', 'XDG_CACHE_HOME'].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )

export default defineCommand({
  summary: 'Starts a real etcd cluster on this machine, secured or open on purpose',
  description: `Shapes:\n${shapes.map((name) => `${name}: ${SHAPES[name].summary}.`).join('\n')}`,
  examples: [
    { run: 'lab up', what: 'three secured members in ./etcdkeep-lab' },
    { run: 'lab up --shape wide-open --members 1', what: 'one member that anyone may read' },
    { run: 'lab up --etcd 3.4,3.5.16,3.5.30', what: 'a version for each member' },
  ],
  flags: {
    directory: DIRECTORY_FLAG,
    shape: {
      type: 'string',
      value: 'SHAPE',
      help: 'how secure it is',
      choices: shapes,
      default: 'secure',
    },
    members: { type: 'number', value: 'N', help: '1, 3 or 5', default: '3' },
    etcd: {
      type: 'list',
      value: 'VERSION',
      help: 'etcd of each member in turn; default the newest',
    },
    secrets: { type: 'number', value: 'N', help: 'Kubernetes Secrets to store', default: '1' },
  },
  async run({ flags }, { ports, signal, progress }) {
    const members = membersOf(flags.members)
    progress.step('looking for etcd')
    const all = await ports.etcdBinaries({ signal, progress: (line) => progress.note(line) })
    return upLab(labPorts(ports), {
      directory: labDirectory(flags.directory),
      shape: flags.shape,
      members,
      binaries: chosen(all, flags.etcd),
      runner: [process.execPath, process.argv[1] ?? '', 'lab', 'run'],
      environment: inherited(),
      seed: { secrets: { protobuf: flags.secrets }, configMaps: 1, customResources: 1, signal },
      signal,
      step: (text) => progress.step(text),
    })
  },
  text: labText,
})

function labText(lab: Lab): string {
  const { ca, certificate, key } = clientFiles(lab)
  const urls = lab.members.map(({ clientUrl }) => clientUrl).join(',')
  return [
    `${lab.shape} cluster in ${lab.directory}`,
    ...lab.members.map((one) => `  ${one.name}  etcd ${one.version}  ${one.clientUrl}`),
    '',
    'look at it:',
    `  etcdkeep check --manifests ${lab.manifests} --cacert ${ca} --cert ${certificate} --key ${key}`,
    `  etcdctl --endpoints ${urls} --cacert ${ca} --cert ${certificate} --key ${key} get / --prefix --keys-only`,
    'stop it and remove it:',
    `  etcdkeep lab down --directory ${lab.directory}`,
  ].join('\n')
}
