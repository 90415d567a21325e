import { readFile, readlink, stat } from 'node:fs/promises'
import { known, missing, type Fact } from '../../core/fact.ts'
import type { ProcessStatus } from '../../ports/host.ts'
import { attempt } from './errors.ts'

const zeroSeparated = (bytes: Buffer): readonly string[] => {
  const text = bytes.toString('utf8')
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

async function environmentOf(folder: string): Promise<ProcessStatus['environment']> {
  try {
    return known(zeroSeparated(await readFile(`${folder}/environ`)).map(variable))
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

/** A process by its `/proc` files below `root`; throws `not-found` where it is gone. */
export async function readProcess(
  pid: number,
  { root, kernelProc }: { root: string; kernelProc: boolean },
): Promise<ProcessStatus> {
  const folder = `${root}/proc/${pid}`
  const argv = zeroSeparated(
    await attempt(`/proc/${pid}/cmdline`, () => readFile(`${folder}/cmdline`)),
  )
  const [environment, workingDirectory, executable, seen] = await Promise.all([
    environmentOf(folder),
    linkOr(`${folder}/cwd`),
    linkOr(`${folder}/exe`),
    kernelProc ? rootOf(folder, root, pid) : known('/'),
  ])
  return {
    pid,
    argv,
    environment,
    workingDirectory,
    executable,
    root: seen.known ? seen.value : '/',
  }
}
