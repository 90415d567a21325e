import { posix } from 'node:path'
import { parse } from 'yaml'
import { refuseNoYaml } from '../../core/foreign-yaml.ts'
import { parsePflags } from '../../effective/pflag.ts'
import type { Host } from '../../ports/host.ts'
import { processIds, readText } from './read-text.ts'

const DEFAULT = '/etc/kubernetes/manifests'
const CANDIDATES = [DEFAULT, '/var/lib/rancher/rke2/agent/pod-manifests']

/** `staticPodPath` of a kubelet's configuration file. */
async function staticPodPath(host: Host, file: string): Promise<string | undefined> {
  const text = await readText(host, file)
  if (!text.known) return undefined
  try {
    refuseNoYaml(text.value)
    const options = { version: '1.1', logLevel: 'silent', uniqueKeys: false } as const
    const config: unknown = parse(text.value, options)
    if (typeof config !== 'object' || config === null || !('staticPodPath' in config))
      return undefined
    const path = config.staticPodPath
    return typeof path === 'string' && path !== '' ? posix.resolve('/', path) : undefined
  } catch {
    return undefined
  }
}

async function kubeletFlags(host: Host): Promise<ReadonlyMap<string, string>> {
  for (const pid of await processIds(host)) {
    try {
      const { argv } = await host.process(pid)
      if (posix.basename(argv[0] ?? '') !== 'kubelet') continue
      const { flags } = parsePflags(argv.slice(1))
      return new Map(flags.map(({ name, value }) => [name, value ?? '']))
    } catch {
      continue // It ended while /proc was read.
    }
  }
  return new Map()
}

const isDirectory = async (host: Host, path: string): Promise<boolean> => {
  try {
    return (await host.stat(path)).type === 'directory'
  } catch {
    return false
  }
}

/** Where the kubelet of this host takes static pods from, as far as it exists. */
export async function manifestPaths(host: Host): Promise<readonly string[]> {
  const flags = await kubeletFlags(host)
  const configured =
    (await staticPodPath(host, flags.get('config') || '/var/lib/kubelet/config.yaml')) ??
    flags.get('pod-manifest-path')
  const paths = configured ? [configured] : CANDIDATES
  const found: string[] = []
  for (const path of paths) if (await isDirectory(host, path)) found.push(path)
  return found
}
