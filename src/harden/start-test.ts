// Starts a new argument vector against a throw-away data directory: what etcd would refuse is found before a restart.
import { KeepError } from '../core/error.ts'
import type { Mount } from '../effective/model.ts'
import type { Ports } from '../ports/ports.ts'
import { waitFor } from './gates.ts'
import { readText } from './make-material.ts'
import type { ManifestStep } from './model.ts'

type TestPorts = Pick<Ports, 'clock' | 'files' | 'host' | 'launcher' | 'loopback'>

const LISTENERS = [
  'listen-client-urls',
  'listen-peer-urls',
  'listen-metrics-urls',
  'listen-client-http-urls',
]
const ELSEWHERE = new Set([
  ...LISTENERS,
  'advertise-client-urls',
  'initial-advertise-peer-urls',
  'initial-cluster',
  'initial-cluster-state',
  'initial-cluster-token',
  'data-dir',
  'wal-dir',
  'discovery',
  'discovery-srv',
  'force-new-cluster',
])
const START_MS = 20_000
const READY = 'ready to serve client requests'

/** Flags as pairs; `--flag value` is joined. */
function flagsOf(argv: readonly string[]): readonly (readonly [string, string | undefined])[] {
  const flags: [string, string | undefined][] = []
  for (const part of argv.slice(1)) {
    const match = /^--?([A-Za-z][\w.-]*)(?:=([\s\S]*))?$/.exec(part)
    const last = flags.at(-1)
    if (match?.[1] !== undefined) flags.push([match[1], match[2]])
    else if (last) last[1] = part
  }
  return flags
}

/** The same program, elsewhere: own data, free loopback ports, a cluster of itself. Pure. */
export function rehearsal(
  argv: readonly string[],
  place: {
    readonly directory: string
    readonly ports: readonly number[]
    readonly onHost: (path: string) => string
  },
): readonly string[] {
  const flags = flagsOf(argv)
  const value = (name: string) => flags.findLast(([flag]) => flag === name)?.[1]
  let next = 0
  const moved = (name: string): string[] => {
    const url = value(name)?.split(',')[0]
    if (url === undefined) return []
    const scheme = url.startsWith('https:') ? 'https' : 'http'
    return [`--${name}=${scheme}://127.0.0.1:${place.ports[next++] ?? 0}`]
  }
  const kept = flags
    .filter(([name]) => !ELSEWHERE.has(name))
    .map(([name, text]) =>
      text === undefined
        ? `--${name}`
        : `--${name}=${text.startsWith('/') ? place.onHost(text) : text}`,
    )
  const listeners = LISTENERS.flatMap(moved)
  const url = (name: string) =>
    listeners.find((one) => one.startsWith(`--${name}=`))?.split('=')[1] ?? ''
  const name = value('name') ?? 'default'
  return [
    ...kept,
    ...listeners,
    `--data-dir=${place.directory}/data`,
    `--advertise-client-urls=${url('listen-client-urls')}`,
    `--initial-advertise-peer-urls=${url('listen-peer-urls')}`,
    `--initial-cluster=${name}=${url('listen-peer-urls')}`,
    '--initial-cluster-state=new',
  ]
}

/** The last thing that a log complains about; etcd's own words name files and flags, never what is in them. */
const complaint = (log: string): string => {
  const lines = log
    .split('\n')
    .filter((line) => /"level":"(error|fatal|panic)"|^Error|flag provided|invalid/.test(line))
  return (lines.at(-1) ?? 'it ended before it was ready').slice(0, 300)
}

/** Throws `config` with etcd's own words where the new arguments do not start. `program` is the member's own binary. */
export async function startTest(
  ports: TestPorts,
  step: ManifestStep,
  program: string,
  mounts: readonly Mount[],
  signal: AbortSignal,
): Promise<void> {
  const directory = await ports.files.makeTemporaryDirectory('etcdkeep-start-')
  const onHost = (path: string) => {
    const mount = mounts.find(({ inside }) => path === inside || path.startsWith(`${inside}/`))
    return mount ? mount.onHost + path.slice(mount.inside.length) : path
  }
  const free = await ports.loopback.freePorts(LISTENERS.length)
  const log = `${directory}/log`
  const started = await ports.launcher.start({
    argv: [program, ...rehearsal(step.argv, { directory, ports: free, onHost })],
    log,
  })
  let over = false
  void started.exited.then(() => (over = true))
  try {
    await waitFor({ clock: ports.clock, timeoutMs: START_MS, signal }, step.path, async () => {
      const text = (await readText(ports.host(), log)) ?? ''
      if (text.includes(READY) || over) return []
      return ['a trial start was not ready in time']
    })
    const text = (await readText(ports.host(), log)) ?? ''
    if (!text.includes(READY))
      throw new KeepError(
        'config',
        'harden.start-test',
        `${step.path}: etcd refuses the new arguments: ${complaint(text)}`,
        {
          hint: 'Nothing was changed for this member; repair what it names and run harden again.',
        },
      )
  } finally {
    await started.kill()
    await ports.files.remove(directory)
  }
}
