// The file behind a `unix://` or `unixs://` listening URL: nobody dials it from another machine, its mode is its guard.
import { posix } from 'node:path'
import { known, missing, type Fact } from '../../core/fact.ts'
import type { Launch } from '../../effective/model.ts'
import type { Host } from '../../ports/host.ts'
import type { SocketFile } from '../facts/probes.ts'
import { pathOnHost } from './file-references.ts'
import { lookAtFile } from './look-at-file.ts'

/** etcd takes host and path together as the path: `unix://m1.sock` lies in its working directory. */
export const socketPath = (url: string): string => url.replace(/^unixs?:(\/\/)?/i, '')

export async function socketFile(
  host: Host,
  launch: Launch | undefined,
  url: string,
): Promise<Fact<SocketFile>> {
  const path = socketPath(url)
  if (!launch) return missing(`${url} is a Unix socket of another machine`, 'run on its host')
  if (!posix.isAbsolute(path))
    return missing(`${url} lies in the working directory of etcd`, 'a URL with an absolute path')
  const { real, parents } = await lookAtFile(host, pathOnHost(launch, path), 'stray', [])
  if (!real.known) return real
  if (real.value.type !== 'socket') return missing(`${real.value.path} is no socket`)
  return known({ ...real.value, parents })
}
