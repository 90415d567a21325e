// A lab that goes on when the command that made it has ended: its runner is a process of its own.
import { join } from 'node:path'
import { KeepError } from '../core/error.ts'
import { awaitReady, connectLab } from './await-ready.ts'
import { layLab, loadLab, saveLab } from './lay-lab.ts'
import type { Lab, LabOptions, LabPorts } from './model.ts'
import { type SeedOptions, seedRows } from './seed/seed-rows.ts'

/** Whether the lab's runner still runs; a process that took over its number does not count. */
async function runnerOf(ports: LabPorts, lab: Lab): Promise<number | undefined> {
  const { runner } = lab
  if (runner === undefined || !ports.launcher.alive(runner)) return undefined
  const status = await ports.host.process(runner).catch(() => undefined)
  return status?.argv.includes('lab') && status.argv.includes('run') ? runner : undefined
}

export interface UpOptions extends LabOptions {
  /** The command line that runs `runLab` for the directory behind it. */
  readonly runner: readonly [string, ...string[]]
  readonly environment: Readonly<Record<string, string>>
  readonly seed?: SeedOptions
  readonly signal: AbortSignal
  readonly step: (text: string) => void
}

/** Starts a lab that outlives this process. A directory that holds one already is an error. */
export async function upLab(ports: LabPorts, options: UpOptions): Promise<Lab> {
  const { directory, signal, step } = options
  const there = await loadLab(ports, directory).catch(() => undefined)
  if (there || (await isFilled(ports, directory)))
    throw new KeepError('conflict', 'lab.exists', `${directory} is not empty`, {
      hint: there ? `etcdkeep lab down --directory ${directory}` : 'choose another --directory',
    })
  step('certificates and manifests')
  const lab = await layLab(ports, options)
  try {
    step(`starting ${lab.members.length} etcd`)
    const started = await ports.launcher.start({
      argv: [...options.runner, directory],
      environment: options.environment,
      directory,
      log: join(directory, 'logs', 'runner.log'),
      outlives: true,
    })
    const running: Lab = { ...lab, runner: started.pid }
    await saveLab(ports, running)
    await awaitReady(ports, running, { signal })
    if (options.seed) await seed(ports, running, options.seed)
    return running
  } catch (error) {
    await downLab(ports, directory)
    throw error
  }
}

async function isFilled(ports: LabPorts, directory: string): Promise<boolean> {
  const names = await ports.host.list(directory).catch(() => [])
  return names.length > 0
}

async function seed(ports: LabPorts, lab: Lab, options: SeedOptions): Promise<void> {
  const etcd = await connectLab(ports, lab)
  try {
    await seedRows(etcd, options, ports.clock.now())
  } finally {
    etcd.close()
  }
}

const DOWN_WITHIN_MS = 40_000

/** Stops a lab and removes its directory; also one whose runner crashed. */
export async function downLab(ports: LabPorts, directory: string): Promise<Lab> {
  const lab = await loadLab(ports, directory)
  const runner = await runnerOf(ports, lab)
  if (runner !== undefined) {
    ports.launcher.signal(runner, 'SIGTERM')
    const end = ports.clock.now().getTime() + DOWN_WITHIN_MS
    while (ports.launcher.alive(runner)) {
      // Its etcds die with it.
      if (ports.clock.now().getTime() > end) ports.launcher.signal(runner, 'SIGKILL')
      await ports.clock.sleep(50)
    }
  }
  await ports.files.remove(directory)
  return lab
}

export interface MemberState {
  readonly name: string
  readonly clientUrl: string
  /** Absent where it does not answer. */
  readonly version?: string
  readonly leader?: boolean
}

export interface LabState {
  readonly lab: Lab
  /** Whether the process that keeps the members running is there. */
  readonly running: boolean
  readonly members: readonly MemberState[]
}

export async function labState(ports: LabPorts, directory: string): Promise<LabState> {
  const lab = await loadLab(ports, directory)
  const etcd = await connectLab(ports, lab)
  try {
    const members = lab.members.map(async ({ name, clientUrl }): Promise<MemberState> => {
      const status = await etcd.maintenance
        .status(clientUrl, { timeoutMs: 2_000 })
        .catch(() => undefined)
      if (!status) return { name, clientUrl }
      const leader = status.leader === status.header.memberId
      return { name, clientUrl, version: status.version, leader }
    })
    const running = (await runnerOf(ports, lab)) !== undefined
    return { lab, running, members: await Promise.all(members) }
  } finally {
    etcd.close()
  }
}
