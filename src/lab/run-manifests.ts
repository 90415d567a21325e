// Plays the kubelet: starts what stands in a directory of static pod manifests, and again when one changes.
import { join } from 'node:path'
import { KeepError, messageOf } from '../core/error.ts'
import type { EtcdBinary } from '../ports/binaries.ts'
import type { LabPorts } from './model.ts'
import { type Container, readPod } from './read-pod.ts'
import { type Supervised, supervise } from './supervise.ts'

export interface RunOptions {
  readonly manifests: string
  /** Directory; one file for each container. */
  readonly logs: string
  readonly binaries: readonly EtcdBinary[]
  readonly note: (line: string) => void
}

export interface Runner {
  /** Process ids by manifest file name; only what runs now. */
  pids(): Readonly<Record<string, readonly number[]>>
  /** Stops everything; `graceMs` 0 kills at once. */
  stop(graceMs?: number): Promise<void>
}

interface Pod {
  readonly text: string
  readonly containers: readonly Supervised[]
}

const LOOK_EVERY_MS = 100

function binaryFor(container: Container, binaries: readonly EtcdBinary[]): EtcdBinary {
  const newest = binaries.at(-1)
  const found = binaries.find(({ version }) => version === container.version) ?? newest
  // Nothing that a manifest names is executed but the etcds that were found by us.
  if (container.program === 'etcd' && found) return found
  throw new KeepError('not-found', 'lab.program', `there is no ${container.program} here`, {
    hint: 'a lab runs etcd only',
  })
}

/** Reads every file that the kubelet would: all but those whose names begin with a dot. */
async function readAll(ports: LabPorts, directory: string): Promise<ReadonlyMap<string, string>> {
  const names = (await ports.host.list(directory)).filter((name) => !name.startsWith('.'))
  const texts = new Map<string, string>()
  for (const name of names) {
    const bytes = await ports.host.read(join(directory, name)).catch(() => undefined)
    if (bytes) texts.set(name, Buffer.from(bytes).toString())
  }
  return texts
}

export function runManifests(ports: LabPorts, options: RunOptions): Runner {
  const pods = new Map<string, Pod>()
  const stopping = new AbortController()

  const startPod = (file: string, text: string): Pod => {
    const containers = readPod(text).map((container) => {
      const log = join(options.logs, `${file.replace(/\.[^.]*$/, '')}.${container.name}.log`)
      const start = async () =>
        ports.launcher.start({
          argv: [binaryFor(container, options.binaries).etcd, ...container.arguments],
          environment: { ...unsupported(), ...container.environment },
          directory: options.logs,
          log,
        })
      const note = (line: string) => options.note(`${file}: ${container.name} ${line}`)
      return supervise(start, ports.clock, note)
    })
    return { text, containers }
  }

  const stopPod = async (file: string, graceMs?: number): Promise<void> => {
    const pod = pods.get(file)
    await Promise.all(pod?.containers.map(async (one) => one.stop(graceMs)) ?? [])
    pods.delete(file)
  }

  /** Each file on its own: a slow stop of one pod holds up no other. */
  const busy = new Set<string>()
  const replace = async (file: string, text: string | undefined): Promise<void> => {
    busy.add(file)
    try {
      await stopPod(file)
      if (text !== undefined && !stopping.signal.aborted) pods.set(file, startPod(file, text))
    } catch (error) {
      options.note(`${file}: ${messageOf(error)}`)
      pods.set(file, { text: text ?? '', containers: [] }) // refused; looked at again when it changes
    } finally {
      busy.delete(file)
    }
  }

  const work = new Set<Promise<void>>()
  const look = async (): Promise<void> => {
    const texts = await readAll(ports, options.manifests)
    for (const file of new Set([...texts.keys(), ...pods.keys()])) {
      if (busy.has(file) || pods.get(file)?.text === texts.get(file)) continue
      const job = replace(file, texts.get(file)).finally(() => work.delete(job))
      work.add(job)
    }
  }

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look().catch((error: unknown) => options.note(messageOf(error)))
      await ports.clock.sleep(LOOK_EVERY_MS, stopping.signal).catch(() => undefined)
    }
  }
  const done = loop()

  return {
    pids: () =>
      Object.fromEntries(
        [...pods].map(([file, { containers }]) => [
          file,
          containers.map((one) => one.pid()).filter((pid) => pid !== undefined),
        ]),
      ),
    async stop(graceMs) {
      stopping.abort()
      await done
      await Promise.all(work)
      await Promise.all([...pods.keys()].map(async (file) => stopPod(file, graceMs)))
    },
  }
}

/** etcd up to 3.4 wants to be asked nicely on anything but amd64. */
const unsupported = (): Readonly<Record<string, string>> =>
  process.arch === 'x64' ? {} : { ETCD_UNSUPPORTED_ARCH: process.arch }
