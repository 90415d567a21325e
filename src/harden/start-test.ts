// Starts a new argument vector against a throw-away data directory: what etcd would refuse is found before a restart.
import { KeepError } from '../core/error.ts'
import { parseConfigFile } from '../effective/config-file.ts'
import { variableOf } from '../effective/environment.ts'
import { hostPath } from '../effective/model.ts'
import type { Ports } from '../ports/ports.ts'
import { editConfig } from './edit-config.ts'
import { waitFor } from './gates.ts'
import { readText } from './make-material.ts'
import type { RestartStep } from './model.ts'
import { placeOf } from './restart-files.ts'

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
  'log-output',
  'log-outputs',
  // Readiness is read from lines of level info.
  'log-level',
  'log-package-levels',
])
const START_MS = 20_000
/** Not `ready to serve client requests`: etcd says so, reads its key pair once more, and may end then. */
const READY = /serving (?:insecure )?client (?:traffic|requests on)/

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

export interface Place {
  readonly directory: string
  readonly ports: readonly number[]
  readonly onHost: (path: string) => string
}

/** What has to differ for a program elsewhere: own data, free loopback ports, a cluster of itself. */
function elsewhere(value: (name: string) => string | undefined, place: Place) {
  const listeners: Record<string, string> = {}
  for (const [index, name] of LISTENERS.filter((one) => value(one)).entries()) {
    const scheme = value(name)?.startsWith('https:') ? 'https' : 'http'
    listeners[name] = `${scheme}://127.0.0.1:${place.ports[index] ?? 0}`
  }
  const peer = listeners['listen-peer-urls'] ?? ''
  return {
    ...listeners,
    'data-dir': `${place.directory}/data`,
    'advertise-client-urls': listeners['listen-client-urls'] ?? '',
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `${value('name') ?? 'default'}=${peer}`,
    'initial-cluster-state': 'new',
  }
}

type Variables = Readonly<Record<string, string>>

/** The same program with the same variables, elsewhere. Pure. */
export function rehearsal(
  argv: readonly string[],
  place: Place,
  environment: Variables = {},
): readonly string[] {
  const flags = flagsOf(argv)
  const kept = flags
    .filter(([name]) => !ELSEWHERE.has(name))
    .map(([name, text]) =>
      text === undefined
        ? `--${name}`
        : `--${name}=${text.startsWith('/') ? place.onHost(text) : text}`,
    )
  const value = (name: string) =>
    flags.findLast(([flag]) => flag === name)?.[1] ?? environment[variableOf(name)]
  const other = Object.entries(elsewhere(value, place)).map(([name, text]) => `--${name}=${text}`)
  return [...kept, ...other]
}

/** The same configuration file for a program elsewhere. Pure. */
export function rehearsalConfig(text: string, place: Place): string {
  const { settings } = parseConfigFile(text)
  const paths = Object.entries(settings)
    .filter(([, value]) => value.startsWith('/'))
    .map(([name, value]) => [name, place.onHost(value)] as const)
  const gone = [...ELSEWHERE].map((name) => [name, undefined] as const)
  const moved = elsewhere((name) => settings[name] || undefined, place)
  return editConfig(text, { ...Object.fromEntries([...paths, ...gone]), ...moved })
}

/** A line of etcd's own words, the stack trace left out. */
function told(line: string): string {
  try {
    const { msg, error } = JSON.parse(line) as Record<string, unknown>
    return [msg, error].filter((part) => typeof part === 'string').join(': ') || line
  } catch {
    return line
  }
}

/** The last thing that a log complains about; etcd's own words name files and flags, never what is in them. */
const complaint = (log: string): string => {
  const lines = log
    .split('\n')
    .filter((line) => /"level":"(error|fatal|panic)"|^Error|flag provided|invalid/.test(line))
  return told(lines.at(-1) ?? 'it ended before it was ready').slice(0, 300)
}

/** The variables that stay: flags say what has to differ. Pure. */
export function rehearsalEnvironment(environment: Variables, place: Place): Variables {
  const gone = new Set([...ELSEWHERE].map(variableOf))
  const kept = Object.entries(environment).filter(([name]) => !gone.has(name))
  return Object.fromEntries(
    kept.map(([name, value]) => [name, value.startsWith('/') ? place.onHost(value) : value]),
  )
}

async function trial(ports: TestPorts, step: RestartStep, place: Place) {
  const { config, environment = {} } = step
  if (!config)
    return {
      argv: rehearsal(step.argv, place, environment),
      environment: rehearsalEnvironment(environment, place),
    }
  const path = `${place.directory}/etcd.yaml`
  await ports.files.write(path, rehearsalConfig(config.after, place), { mode: 0o600 })
  return { argv: [`--config-file=${path}`] }
}

export interface Trial {
  /** The member's own binary. */
  readonly program: string
  /** Emptied before and removed after: one that a killed run left goes with the next. */
  readonly directory: string
  readonly signal: AbortSignal
}

/** Throws `config` with etcd's own words where the new arguments do not start. */
export async function startTest(
  ports: TestPorts,
  step: RestartStep,
  { program, directory, signal }: Trial,
): Promise<void> {
  await ports.files.remove(directory)
  await ports.files.makeDirectory(directory)
  const onHost = (path: string) => hostPath(step, path)
  const free = await ports.loopback.freePorts(LISTENERS.length)
  const log = `${directory}/log`
  const { argv, ...more } = await trial(ports, step, { directory, ports: free, onHost })
  const started = await ports.launcher.start({ argv: [program, ...argv], log, ...more })
  let over = false
  void started.exited.then(() => (over = true))
  try {
    await waitFor({ clock: ports.clock, timeoutMs: START_MS, signal }, placeOf(step), async () => {
      const text = (await readText(ports.host(), log)) ?? ''
      if (READY.test(text) || over) return []
      return ['a trial start was not ready in time']
    })
    const text = (await readText(ports.host(), log)) ?? ''
    if (over || !READY.test(text))
      throw new KeepError(
        'config',
        'harden.start-test',
        `${placeOf(step)}: etcd refuses the new arguments: ${complaint(text)}`,
        {
          hint: 'Nothing was changed for this member; repair what it names and run harden again.',
        },
      )
  } finally {
    await started.kill()
    await ports.files.remove(directory)
  }
}
