// Where a drill's plain data lies while it runs: nowhere else, for nobody else, and not a moment longer.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { KeepError } from '../../core/error.ts'
import type { Ports } from '../../ports/ports.ts'
import type { ScratchPlaces } from './model.ts'

export type ScratchPorts = Pick<Ports, 'files' | 'host'>

export interface Scratch {
  readonly directory: string
  readonly kind: 'memory' | 'disk'
  remove(): Promise<void>
}

/** The snapshot, the database made from it, its log of 64 MB twice, and what etcd writes meanwhile. */
const roomFor = (size: number): number => 2 * size + 300 * 1_000_000

const NAME = /^etcdkeep-drill-(\d+)-(\d+)-[0-9a-f]{16}$/

const started = async (ports: ScratchPorts, pid: number): Promise<string> =>
  (
    await ports
      .host()
      .process(pid)
      .catch(() => undefined)
  )?.started ?? ''

/** Removes what killed drills of this user left behind; another's is never touched. */
export async function removeLeftBehind(
  ports: ScratchPorts,
  { given, memory, disk }: ScratchPlaces,
): Promise<void> {
  const here = ports.host()
  for (const place of new Set([given ?? memory, memory, disk]))
    for (const name of await here.list(place).catch(() => [])) {
      const [, pid = '', since = ''] = NAME.exec(name) ?? []
      if (pid === '' || (await started(ports, Number(pid))) === since) continue
      const path = join(place, name)
      const status = await here.lstat(path).catch(() => undefined)
      if (status?.type === 'directory' && status.uid === process.getuid?.())
        await ports.files.remove(path)
    }
}

async function textOf(ports: ScratchPorts, path: string): Promise<string> {
  const bytes = await ports
    .host()
    .read(path)
    .catch(() => new Uint8Array())
  return Buffer.from(bytes).toString()
}

/** Bytes that programs may still take, as the kernel and this process' control group (v2) tell. */
async function memoryLeft(ports: ScratchPorts): Promise<number> {
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(await textOf(ports, '/proc/meminfo'))?.[1]
  const group = /^0::(\/.*)$/m.exec(await textOf(ports, '/proc/self/cgroup'))?.[1] ?? '/'
  const limit = Number(await textOf(ports, join('/sys/fs/cgroup', group, 'memory.max')))
  const used = Number(await textOf(ports, join('/sys/fs/cgroup', group, 'memory.current')))
  const free = Number(kilobytes ?? 0) * 1024
  // `max` is no number, and an absent file reads as 0.
  return limit > 0 ? Math.min(free, limit - used) : free
}

/** Memory where twice as much is free as is needed: plain data that never met a disk cannot be found on it. */
async function placeFor(
  ports: ScratchPorts,
  places: ScratchPlaces,
  needed: number,
): Promise<{ readonly place: string; readonly kind: Scratch['kind'] }> {
  const { given, memory, disk } = places
  if (given === undefined) {
    const room = await ports.files.room(memory).catch(() => undefined)
    if (room?.memory && room.bytes >= needed && (await memoryLeft(ports)) >= 2 * needed)
      return { place: memory, kind: 'memory' }
  }
  const place = given ?? disk
  const room = await ports.files.room(place)
  if (room.bytes >= needed) return { place, kind: room.memory ? 'memory' : 'disk' }
  const [has, wants] = [room.bytes, needed].map((bytes) => `${Math.ceil(bytes / 1e6)} MB`)
  throw new KeepError(
    'unavailable',
    'drill.no-room',
    `${place} has ${has} left, the drill needs ${wants}`,
    { hint: 'name a directory with more room: --scratch DIR' },
  )
}

/** A directory of its own, 0700. Its name says whose it is, so that a later run can tell when nobody is. */
export async function makeScratch(
  ports: ScratchPorts,
  places: ScratchPlaces,
  size: number,
): Promise<Scratch> {
  await removeLeftBehind(ports, places)
  const { place, kind } = await placeFor(ports, places, roomFor(size))
  const since = (await started(ports, process.pid)) || '0'
  const name = `etcdkeep-drill-${process.pid}-${since}-${randomBytes(8).toString('hex')}`
  const directory = join(place, name)
  await ports.files.makeDirectory(directory)
  return { directory, kind, remove: () => ports.files.remove(directory) }
}
