import { posix } from 'node:path'
import { known, missing } from '../../core/fact.ts'
import type { Host } from '../../ports/host.ts'
import type { HostFacts } from '../facts/host.ts'
import { deviceEncrypted, diskUnder, unescapeTable } from './disk.ts'

type SwapArea = (HostFacts['swap'] & { known: true })['value'][number]

async function swapArea(host: Host, path: string, type: string): Promise<SwapArea> {
  if (type === 'file') {
    const disk = await diskUnder(host, path)
    return { path, encrypted: disk.known ? disk.value.encrypted : disk }
  }
  const device = await host.realpath(path).catch(() => path)
  return { path, encrypted: await deviceEncrypted(host, posix.basename(device)) }
}

/** Swap on disk; zram, which stays in memory, is left out. */
async function swapAreas(host: Host): Promise<HostFacts['swap']> {
  const table = await host.read('/proc/swaps').catch(() => undefined)
  if (!table) return missing('/proc/swaps cannot be read', "the host's /proc")
  const lines = Buffer.from(table).toString('utf8').split('\n').slice(1)
  const areas: SwapArea[] = []
  for (const line of lines) {
    const [path, type] = line.split(/\s+/)
    if (!path || !type || /^\/dev\/zram\d/.test(path)) continue
    areas.push(await swapArea(host, unescapeTable(path), type))
  }
  return known(areas)
}

/** Where the memory of a process may reach the disk. Never throws. */
export async function hostFacts(host: Host): Promise<HostFacts> {
  const pattern = await host.read('/proc/sys/kernel/core_pattern').catch(() => undefined)
  const text = pattern && Buffer.from(pattern).toString('utf8').trim()
  return {
    name: host.name,
    swap: await swapAreas(host),
    corePattern:
      text === undefined
        ? missing('/proc/sys/kernel/core_pattern cannot be read', "the host's /proc")
        : known(text),
  }
}
