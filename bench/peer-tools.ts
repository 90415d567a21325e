// Tools that we are measured against: from PATH, else Debian's package unpacked into the cache of the etcds.
import { access, mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { machineMirrors, openApt } from '../src/adapters/binaries/apt.ts'
import { messageOf } from '../src/core/error.ts'

const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'etcdkeep')
const SUITE = 'bookworm'

const there = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

async function fetchTool(name: string, target: string): Promise<void> {
  const scratch = join(CACHE, `apt.${process.pid}.${name}`)
  let problem: unknown = new Error('this is no Debian with apt')
  try {
    for (const [index, mirror] of (await machineMirrors()).entries())
      try {
        const apt = await openApt(mirror, [SUITE], join(scratch, String(index)))
        const [offer] = await apt.offers(name)
        if (!offer) continue
        const fresh = join(scratch, 'unpacked')
        await mkdir(fresh, { recursive: true })
        await apt.unpack(name, offer.packageVersion, fresh)
        await rename(fresh, target)
        return
      } catch (error) {
        problem = error
      }
    throw problem
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Its path; or the reason why there is none. */
export async function peerTool(name: string): Promise<{ path: string } | { missing: string }> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter))
    if (directory.startsWith('/') && (await there(join(directory, name))))
      return { path: join(directory, name) }
  const folder = join(CACHE, `tool-${name}`)
  const path = join(folder, 'usr/bin', name)
  try {
    if (!(await there(path))) await fetchTool(name, folder)
    return { path }
  } catch (error) {
    return { missing: `${name} could not be had: ${messageOf(error)}` }
  }
}
