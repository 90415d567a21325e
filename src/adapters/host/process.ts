import { readlink, stat } from 'node:fs/promises'
import { known, missing, type Fact } from '../../core/fact.ts'
import type { ProcessStatus } from '../../ports/host.ts'

const zeroSeparated = (bytes: Uint8Array): readonly string[] => {
  const text = Buffer.from(bytes).toString('utf8')
  return text === '' ? [] : text.replace(/\0$/, '').split('\0')
}

const variable = (entry: string): readonly [string, string] => {
  const at = entry.indexOf('=')
  return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
}

/** What a link says; '' where it may not be read. */
const linkOr = async (path: string): Promise<string> => {
  try {
    return (await readlink(path)).replace(/ \(deleted\)$/, '')
  } catch {
    return ''
  }
}

type Read = (path: string) => Promise<Uint8Array>

async function environmentOf(read: Read, folder: string): Promise<ProcessStatus['environment']> {
  try {
    return known(zeroSeparated(await read(`${folder}/environ`)).map(variable))
  } catch {
    return missing("the process's environment may not be read", 'run as root on its host')
  }
}

/** `/` for a process that sees the same root as we do. */
async function rootOf(folder: string, root: string, pid: number): Promise<Fact<string>> {
  try {
    const [theirs, ours] = await Promise.all([stat(`${folder}/root`), stat(`${root}/`)])
    const same = theirs.dev === ours.dev && theirs.ino === ours.ino
    return known(same ? '/' : `/proc/${pid}/root`)
  } catch {
    return missing('the root directory of the process may not be read', 'run as root on its host')
  }
}

/** Below a saved `/proc` the link says it; it leads back inside the saved tree. */
async function savedRootOf(folder: string, pid: number): Promise<Fact<string>> {
  const target = await linkOr(`${folder}/root`)
  return known(target === '' || target === '/' ? '/' : `/proc/${pid}/root`)
}

/** Field 22 of proc(5)'s stat; the program's name before it may hold spaces and brackets. */
async function startedOf(read: Read, pid: number): Promise<string> {
  try {
    const stat = Buffer.from(await read(`/proc/${pid}/stat`)).toString()
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

export interface ProcPlace {
  readonly root: string
  readonly kernelProc: boolean
  /** Reads a regular file inside the root, and no more of it than is sane: a saved `/proc` may hold anything. */
  readonly read: Read
}

/** A process by its `/proc` files below `root`; throws `not-found` where it is gone. */
export async function readProcess(
  pid: number,
  { root, kernelProc, read }: ProcPlace,
): Promise<ProcessStatus> {
  const folder = `${root}/proc/${pid}`
  const argv = zeroSeparated(await read(`/proc/${pid}/cmdline`))
  const [environment, workingDirectory, executable, seen, started] = await Promise.all([
    environmentOf(read, `/proc/${pid}`),
    linkOr(`${folder}/cwd`),
    linkOr(`${folder}/exe`),
    kernelProc ? rootOf(folder, root, pid) : savedRootOf(folder, pid),
    startedOf(read, pid),
  ])
  return {
    pid,
    argv,
    environment,
    workingDirectory,
    executable,
    started,
    root: seen.known ? seen.value : '/',
  }
}
