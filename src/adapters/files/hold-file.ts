import * as fs from 'node:fs/promises'
import { dirname } from 'node:path'
import { KeepError } from '../../core/error.ts'
import type { Files } from '../../ports/files.ts'

/** `4711 81234`: the id, and when it started, since ids are given again (proc(5): field 22 of stat). */
async function processMark(pid: number): Promise<string | undefined> {
  const stat = await fs.readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  return started && `${pid} ${started}`
}

const held = (path: string): KeepError =>
  new KeepError('conflict', 'files.held', `another run holds ${path}`, {
    hint: 'wait until it has ended, and run this again',
  })

async function taken(path: string): Promise<boolean> {
  const mark = (await fs.readFile(path, 'utf8').catch(() => '')).trim()
  return mark !== '' && (await processMark(Number(mark.split(' ')[0]))) === mark
}

/** Takes away what a dead process left; what another has put there meanwhile is put back. */
async function clear(path: string, aside: string): Promise<void> {
  if (await taken(path)) throw held(path)
  try {
    await fs.rename(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const alive = await taken(aside)
  if (alive) await fs.link(aside, path)
  await fs.rm(aside)
  if (alive) throw held(path)
}

/** A file that names its holder; that of a process which is gone counts for nothing. */
export const holdFile: Files['hold'] = async (path) => {
  await fs.mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const fresh = `${path}.${process.pid}`
  await fs.writeFile(fresh, (await processMark(process.pid)) ?? '', { mode: 0o600 })
  try {
    await clear(path, `${fresh}.old`)
    // A link is made once, and with its content.
    await fs.link(fresh, path)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? held(path) : error
  } finally {
    await fs.rm(fresh, { force: true })
  }
  return () => fs.rm(path, { force: true })
}
