import { access, constants, readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { EtcdBinary } from '../../ports/binaries.ts'
import { run } from './run.ts'

async function executable(path: string): Promise<string | undefined> {
  return access(path, constants.X_OK).then(
    () => path,
    () => undefined,
  )
}

async function onPath(name: string, path: string): Promise<string | undefined> {
  for (const directory of path.split(delimiter).filter((part) => part.startsWith('/'))) {
    const found = await executable(join(directory, name))
    if (found) return found
  }
  return undefined
}

/** The etcd that a shell would start, if there is one with its etcdctl. */
export async function etcdOnPath(path: string): Promise<EtcdBinary | undefined> {
  const [etcd, etcdctl, etcdutl] = await Promise.all(
    ['etcd', 'etcdctl', 'etcdutl'].map((name) => onPath(name, path)),
  )
  if (etcd === undefined || etcdctl === undefined) return undefined
  const said = await run([etcd, '--version']).catch(() => undefined)
  const version = /etcd Version: (\d+\.\d+\.\d+)/.exec(said?.stdout ?? '')?.[1]
  if (version === undefined) return undefined
  return { version, etcd, etcdctl, ...(etcdutl && { etcdutl }), source: 'PATH' }
}

/** What stands in a cache folder, with the record that was written last (`origin.json`). */
export async function etcdInCache(folder: string): Promise<EtcdBinary | undefined> {
  try {
    const origin = JSON.parse(await readFile(join(folder, 'origin.json'), 'utf8')) as {
      version: string
      source: string
      note?: string
    }
    const bin = join(folder, 'usr/bin')
    const etcdutl = await executable(join(bin, 'etcdutl'))
    return {
      ...origin,
      etcd: join(bin, 'etcd'),
      etcdctl: join(bin, 'etcdctl'),
      ...(etcdutl && { etcdutl }),
    }
  } catch {
    return undefined
  }
}
