// Paths of the machine that is looked at, as paths of this one: every link is resolved inside the root.
import { lstat, readlink } from 'node:fs/promises'
import { posix } from 'node:path'

const MOST_LINKS = 40

/** The kernel's own door into another mount namespace; only the kernel can follow it. */
const NAMESPACE = /^(\/proc\/\d+\/root)(?=\/|$)/

export interface Place {
  /** As the machine that is looked at has it. */
  readonly logical: string
  /** Where it lies here. */
  readonly physical: string
}

export interface PlaceOptions {
  /** Absolute, without a slash at its end; '' for `/` itself. */
  readonly root: string
  /** Whether `/proc` below the root is the kernel's. */
  readonly kernelProc: boolean
  /** False: the last component is left as it is, even when it is a link. */
  readonly followLast: boolean
}

const pieces = (path: string) => path.split('/').filter((piece) => piece !== '' && piece !== '.')

const loop = (path: string) =>
  Object.assign(new Error(`too many links: ${path}`), { code: 'ELOOP' })

/** Where `path` lies. A last component that does not exist is not an error here. */
export async function place(path: string, options: PlaceOptions): Promise<Place> {
  const door = options.kernelProc ? (NAMESPACE.exec(posix.normalize(path))?.[1] ?? '') : ''
  const base = `${options.root}${door}`
  const todo = pieces(posix.normalize(path).slice(door.length))
  let done: string[] = []
  for (let links = 0; todo.length > 0;) {
    const piece = todo.shift() ?? ''
    if (piece === '..') {
      done = done.slice(0, -1)
      continue
    }
    const here = [...done, piece]
    const target =
      todo.length > 0 || options.followLast
        ? await linkTarget(`${base}/${here.join('/')}`)
        : undefined
    if (target === undefined) {
      done = here
      continue
    }
    links += 1
    if (links > MOST_LINKS) throw loop(path)
    if (target.startsWith('/')) done = []
    todo.unshift(...pieces(target))
  }
  const inside = `/${done.join('/')}`
  return { logical: `${door}${inside}`, physical: `${base}${inside}` }
}

/** What a link says, or undefined for anything that is no link (a missing file fails later, where it is used). */
async function linkTarget(physical: string): Promise<string | undefined> {
  try {
    return (await lstat(physical)).isSymbolicLink() ? await readlink(physical) : undefined
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw thrown
  }
}
