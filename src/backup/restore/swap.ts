// New data into the place of the old, and back: renames alone, each of which may have happened already.
import { KeepError } from '../../core/error.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Place } from './paths.ts'

export type SwapPorts = Pick<Ports, 'files' | 'host'>

export async function exists({ host }: Pick<Ports, 'host'>, path: string): Promise<boolean> {
  try {
    await host().lstat(path)
    return true
  } catch (thrown) {
    if (thrown instanceof KeepError && thrown.kind === 'not-found') return false
    throw thrown
  }
}

const inTheWay = (path: string) =>
  new KeepError('conflict', 'restore.in-the-way', `${path} was made anew while it was restored`, {
    hint: 'something started etcd there: stop it, move that directory away, then run the same command again',
  })

export async function putInPlace(ports: SwapPorts, place: Place): Promise<void> {
  const { live, staged, before } = place
  if (!(await exists(ports, staged))) {
    if (await exists(ports, live)) return
    throw new KeepError('corrupt', 'restore.lost', `${staged} is gone, and ${live} is not there`, {
      hint: 'put the old data back with: etcdkeep snapshot restore --rollback',
    })
  }
  if (await exists(ports, live)) {
    if (await exists(ports, before)) throw inTheWay(live)
    await ports.files.rename(live, before)
  }
  await ports.files.rename(staged, live)
}

/** What was put in place is moved aside too: members may have written to it. */
export async function takeBack(ports: SwapPorts, place: Place): Promise<void> {
  const { live, staged, before, undone } = place
  const [hasBefore, hasStaged, hasUndone] = [
    await exists(ports, before),
    await exists(ports, staged),
    await exists(ports, undone),
  ]
  // Nothing was moved, or all of it was moved back.
  if (!hasBefore && (hasStaged || hasUndone)) return
  if (!hasUndone && !hasStaged && (await exists(ports, live)))
    await ports.files.rename(live, undone)
  if (!hasBefore) return
  if (await exists(ports, live)) throw inTheWay(live)
  await ports.files.rename(before, live)
}
