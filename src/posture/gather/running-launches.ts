// Processes of etcd and kube-apiserver, as /proc shows them.
import { messageOf } from '../../core/error.ts'
import { posix } from 'node:path'
import { programOf } from '../../effective/command-line.ts'
import { ETCD_FLAGS } from '../../effective/etcd-flags.ts'
import type { Program } from '../../effective/model.ts'
import type { Start } from '../../effective/start.ts'
import type { Host, ProcessStatus } from '../../ports/host.ts'
import { resolveStart, type FoundLaunch } from './found-launch.ts'
import { isK3sServer, runningK3s } from './k3s-launch.ts'
import { processIds } from './read-text.ts'
import type { Trouble } from './trouble.ts'

const NO_MEMBER = /^(gateway|grpc-proxy|help|--?version|--?h(elp)?)$/

interface Recognised {
  readonly program: Program
  readonly argv: readonly string[]
}

/** The program of a process by its own name; a shell that started it is another process. */
function recognise({ argv, executable }: ProcessStatus): Recognised | undefined {
  const [first = '', second = ''] = argv
  if (posix.basename(first) === 'hyperkube') {
    const program = programOf(second)
    return program && { program, argv: argv.slice(2) }
  }
  const program = programOf(first) ?? programOf(executable)
  if (program === undefined || (program === 'etcd' && NO_MEMBER.test(second))) return undefined
  return { program, argv: argv.slice(1) }
}

/** A process that the user names is believed to be what its flags say, whatever it and its script are called. */
function believe(status: ProcessStatus): Recognised | undefined {
  const first = status.argv.findIndex((word, index) => index > 0 && word.startsWith('-'))
  const argv = first < 0 ? [] : status.argv.slice(first)
  const has = (flag: string) => argv.some((word) => word.replace(/^--?/, '').split('=')[0] === flag)
  if (has('etcd-servers')) return { program: 'kube-apiserver', argv }
  const telling = [...ETCD_FLAGS.keys()].filter((flag) =>
    /urls$|data-dir|initial-cluster$/.test(flag),
  )
  return telling.some(has) ? { program: 'etcd', argv } : undefined
}

async function resolveProcess(
  host: Host,
  status: ProcessStatus,
  { program, argv }: Recognised,
): Promise<FoundLaunch> {
  const start: Start = {
    program,
    layer: 'running',
    source: `process ${program}`,
    pid: status.pid,
    argv,
    environment: status.environment,
    mounts: status.root === '/' ? [] : [{ inside: '/', onHost: status.root }],
    ...(status.executable && { image: status.executable }),
    workingDirectory: status.workingDirectory,
  }
  const { name } = await resolveStart(host, start)
  const named = program === 'etcd' ? { ...start, source: `process etcd ${name}` } : start
  const found = await resolveStart(host, named)
  return status.root === '/' ? found : { ...found, root: status.root }
}

/** Parent of a process, from the fourth field of its stat; the second may hold spaces and brackets. */
async function parentOf(host: Host, pid: number): Promise<number> {
  try {
    const text = Buffer.from(await host.read(`/proc/${pid}/stat`)).toString('utf8')
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return 0
  }
}

async function descendsFrom(host: Host, pid: number, ancestor: number): Promise<boolean> {
  for (let at = pid, depth = 0; at > 1 && depth < 8; depth += 1) {
    at = await parentOf(host, at)
    if (at === ancestor) return true
  }
  return false
}

const statusOf = async (host: Host, pid: number): Promise<ProcessStatus | undefined> => {
  try {
    return await host.process(pid)
  } catch {
    return undefined // It ended while /proc was read.
  }
}

/** Every process of ours on the host. */
export async function runningLaunches(host: Host): Promise<readonly FoundLaunch[]> {
  const found: FoundLaunch[] = []
  for (const pid of await processIds(host)) {
    const status = await statusOf(host, pid)
    const recognised = status && recognise(status)
    if (status && recognised) found.push(await resolveProcess(host, status, recognised))
    const k3s = status && isK3sServer(status.argv) ? await runningK3s(host, pid) : undefined
    if (k3s) found.push(k3s)
  }
  return found
}

/** The processes with these ids, or those that a wrapper with such an id started. */
export async function launchesOf(
  host: Host,
  pids: readonly number[],
): Promise<{ found: readonly FoundLaunch[]; troubles: readonly Trouble[] }> {
  const found: FoundLaunch[] = []
  const troubles: Trouble[] = []
  for (const pid of pids) {
    const source = `process ${pid}`
    try {
      const status = await host.process(pid)
      const own = recognise(status)
      const children = own ? [] : await childrenOf(host, pid)
      const recognised = own ?? (children.length === 0 ? believe(status) : undefined)
      if (recognised) found.push(await resolveProcess(host, status, recognised))
      found.push(...children)
      if (!recognised && children.length === 0)
        troubles.push({ source, why: 'it is neither an etcd nor a kube-apiserver' })
    } catch (thrown) {
      troubles.push({ source, why: messageOf(thrown) })
    }
  }
  return { found, troubles }
}

async function childrenOf(host: Host, ancestor: number): Promise<readonly FoundLaunch[]> {
  const found: FoundLaunch[] = []
  for (const pid of await processIds(host)) {
    const status = await statusOf(host, pid)
    const recognised = status && recognise(status)
    if (status && recognised && (await descendsFrom(host, pid, ancestor)))
      found.push(await resolveProcess(host, status, recognised))
  }
  return found
}
