// One directory of static pods: which entries the kubelet reads, and what they would start.
import { posix } from 'node:path'
import { known, missing } from '../../core/fact.ts'
import { parseManifest, type DeclaredContainer } from '../../effective/manifest.ts'
import { hostPath, setting } from '../../effective/model.ts'
import type { Host } from '../../ports/host.ts'
import type { ManifestDirectory } from '../facts/files.ts'
import { resolveStart, type FoundLaunch } from './found-launch.ts'
import { messageOf } from '../../core/error.ts'
import { readText } from './read-text.ts'
import type { Trouble } from './trouble.ts'

export interface ReadDirectory {
  readonly directory?: ManifestDirectory
  readonly found: readonly FoundLaunch[]
  readonly troubles: readonly Trouble[]
}

type Entry = ManifestDirectory['entries'][number]
interface ReadEntry {
  readonly entry: Entry
  readonly found: readonly FoundLaunch[]
  readonly trouble?: Trouble
}

const resolveContainer = (host: Host, file: string, one: DeclaredContainer) =>
  resolveStart(host, {
    program: one.program,
    layer: 'declared',
    source: `manifest ${file}`,
    file,
    name: one.pod || one.program,
    argv: one.argv,
    environment: known(one.environment),
    mounts: one.mounts,
    ...(one.image !== undefined && { image: one.image }),
    container: one.container,
    workingDirectory: one.workingDirectory,
  })

async function isRead(host: Host, path: string): Promise<boolean> {
  if (posix.basename(path).startsWith('.')) return false
  try {
    return (await host.stat(path)).type === 'file'
  } catch {
    return false
  }
}

async function readEntry(host: Host, path: string): Promise<ReadEntry> {
  const name = posix.basename(path)
  if (!(await isRead(host, path)))
    return { entry: { name, read: false, pod: missing('the kubelet does not read it') }, found: [] }
  const text = await readText(host, path)
  if (!text.known)
    return {
      entry: { name, read: true, pod: text },
      found: [],
      trouble: { source: path, why: text.why },
    }
  const { pod, containers } = parseManifest(text.value)
  const found: FoundLaunch[] = []
  for (const one of containers) found.push(await resolveContainer(host, path, one))
  const program = found[0]?.program
  return {
    entry: { name, read: true, pod, ...(program && { program }) },
    found,
    ...(!pod.known && { trouble: { source: path, why: pod.why } }),
  }
}

/** What two entries may not both claim. */
function claim({ program, name, launch }: FoundLaunch): string {
  if (program === 'kube-apiserver') return `apiserver ${name}`
  const directory = launch.known ? setting(launch.value, 'data-dir') : undefined
  if (!launch.known || directory === undefined) return `etcd member ${name}`
  return hostPath(launch.value, directory)
}

function markDuplicates(read: readonly ReadEntry[]): readonly Entry[] {
  const claims = read.map(({ found }) => found.map(claim))
  return read.map(({ entry }, index) => {
    const others = new Set(claims.filter((_, other) => other !== index).flat())
    const shared = claims[index]?.find((one) => others.has(one))
    return shared === undefined ? entry : { ...entry, duplicates: shared }
  })
}

/** Reads a directory as the kubelet would: every file whose name starts with no dot, whatever its suffix. */
export async function readManifestDirectory(host: Host, path: string): Promise<ReadDirectory> {
  try {
    const [names, { mode, uid, gid, type, inode }] = [await host.list(path), await host.stat(path)]
    const read: ReadEntry[] = []
    for (const name of names) read.push(await readEntry(host, posix.join(path, name)))
    return {
      directory: { path, mode: { mode, uid, gid, type, inode }, entries: markDuplicates(read) },
      found: read.flatMap((one) => one.found),
      troubles: read.flatMap((one) => (one.trouble ? [one.trouble] : [])),
    }
  } catch (thrown) {
    return { found: [], troubles: [{ source: path, why: messageOf(thrown) }] }
  }
}
