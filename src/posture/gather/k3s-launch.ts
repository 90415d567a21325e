// The etcd inside k3s: the file that k3s wrote for it at its last start, and what its own configuration adds at the next.
import { posix } from 'node:path'
import { isMap, parse, parseDocument } from 'yaml'
import { known, type Fact } from '../../core/fact.ts'
import type { Host } from '../../ports/host.ts'
import { resolveStart, type FoundLaunch } from './found-launch.ts'
import { listDirectory, readText } from './read-text.ts'

const ETCD = '/var/lib/rancher/k3s/server/db/etcd/config'
const CONFIG = '/etc/rancher/k3s/config.yaml'

const listOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((one) => (one === undefined ? [] : String(one)))

/** `etcd-arg` of config.yaml and of config.yaml.d in the order of names: the last file wins, `etcd-arg+` adds. */
async function etcdArguments(host: Host): Promise<readonly string[]> {
  const names = await listDirectory(host, `${CONFIG}.d`)
  const parts = names.known ? names.value.filter((one) => /\.ya?ml$/.test(one)).toSorted() : []
  let found: readonly string[] = []
  for (const path of [CONFIG, ...parts.map((one) => posix.join(`${CONFIG}.d`, one))]) {
    const text = await readText(host, path)
    try {
      const content: unknown = text.known ? parse(text.value, { maxAliasCount: 100 }) : undefined
      if (typeof content !== 'object' || content === null) continue
      if ('etcd-arg' in content) found = listOf(content['etcd-arg'])
      if ('etcd-arg+' in content) found = [...found, ...listOf(content['etcd-arg+'])]
    } catch {
      continue // k3s would not start with it.
    }
  }
  return found
}

/** As k3s does it: each argument becomes a key at the top, even one that etcd reads elsewhere and so ignores. */
function withArguments(text: string, given: readonly string[]): string {
  const document = parseDocument(text)
  if (!isMap(document.contents)) return text
  for (const argument of given) {
    const [, name, value] = /^-*([^=]+)=(.*)$/s.exec(argument) ?? []
    if (name === undefined || value === undefined) continue
    const plain = /^-?\d+$/.test(value) ? Number(value) : /^(true|false)$/i.test(value)
    document.set(name, typeof plain === 'number' ? plain : plain ? /^t/i.test(value) : value)
  }
  return document.toString()
}

const START = {
  program: 'etcd',
  file: ETCD,
  argv: ['--config-file', ETCD],
  environment: known([]),
  mounts: [],
  workingDirectory: '/',
} as const

/** What k3s would start its etcd with; undefined where it has none. */
export async function declaredK3s(host: Host): Promise<FoundLaunch | undefined> {
  const text = await readText(host, ETCD)
  if (!text.known) return undefined
  const given = await etcdArguments(host)
  const source = given.length > 0 ? `k3s ${ETCD} with etcd-arg of ${CONFIG}` : `k3s ${ETCD}`
  const read = (path: string): Promise<Fact<string>> =>
    path === ETCD ? Promise.resolve(known(withArguments(text.value, given))) : readText(host, path)
  return resolveStart(host, { ...START, layer: 'declared', source }, read)
}

/** `k3s server` with an etcd of its own: the process itself shows no flag of it. */
export const isK3sServer = (argv: readonly string[]): boolean =>
  /^(\S*\/)?k3s(-server)?\s+server(\s|$)/.test(argv.join(' '))

export async function runningK3s(host: Host, pid: number): Promise<FoundLaunch | undefined> {
  if (!(await readText(host, ETCD)).known) return undefined
  const { file: _, ...start } = START
  return resolveStart(host, { ...start, layer: 'running', source: 'process k3s', pid })
}
