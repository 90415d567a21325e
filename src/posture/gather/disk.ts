// What lies under a directory: mount, device, and whether a layer of dm-crypt is among its layers.
import { posix } from 'node:path'
import { known, missing, type Fact } from '../../core/fact.ts'
import type { Host } from '../../ports/host.ts'
import type { DiskFacts } from '../facts/host.ts'

const text = async (host: Host, path: string): Promise<string> =>
  Buffer.from(await host.read(path)).toString('utf8')

interface Mounted {
  readonly device: string
  readonly mountPoint: string
  readonly fsType: string
  readonly source: string
}

/** The kernel writes space, tab, newline and backslash as octal in its tables. */
export const unescapeTable = (field: string): string =>
  field.replaceAll(/\\([0-7]{3})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 8)),
  )

/** proc(5): `36 35 98:0 /root /mnt rw,noatime master:1 - ext3 /dev/root rw`; later lines lie over earlier ones. */
export function parseMounts(table: string): readonly Mounted[] {
  return table.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ', 2)
    const [, , device, , mountPoint] = before.split(' ')
    const [fsType, source] = after.split(' ')
    if (!device || !mountPoint || !fsType) return []
    return [{ device, mountPoint: unescapeTable(mountPoint), fsType, source: source ?? '' }]
  })
}

/** The mount that a path lies on. */
export function mountOf(mounts: readonly Mounted[], path: string): Mounted | undefined {
  const within = mounts.filter(
    ({ mountPoint }) =>
      path === mountPoint || path.startsWith(mountPoint === '/' ? '/' : `${mountPoint}/`),
  )
  const longest = Math.max(...within.map((one) => one.mountPoint.length))
  return within.findLast((one) => one.mountPoint.length === longest)
}

async function virtualMachine(host: Host): Promise<boolean> {
  const cpus = await text(host, '/proc/cpuinfo').catch(() => '')
  return /^flags\s*:.*\bhypervisor\b/m.test(cpus)
}

/** Whether every way down from the device passes dm-crypt; throws where a layer cannot be read. */
async function everyWayEncrypted(host: Host, name: string, depth = 0): Promise<boolean> {
  const place = `/sys/class/block/${name}`
  const uuid = await text(host, `${place}/dm/uuid`).catch(() => '')
  if (uuid.startsWith('CRYPT-')) return true
  await host.lstat(place)
  const below = await host.list(`${place}/slaves`).catch(() => [])
  if (below.length === 0 || depth > 16) return false
  for (const slave of below) if (!(await everyWayEncrypted(host, slave, depth + 1))) return false
  return true
}

/** Whether a block device is encrypted as far as this host can see. */
export async function deviceEncrypted(host: Host, name: string): Promise<Fact<boolean>> {
  try {
    if (await everyWayEncrypted(host, name)) return known(true)
  } catch {
    return missing(`the layers of /dev/${name} cannot be seen`, "read access to the host's /sys")
  }
  if (await virtualMachine(host))
    return missing(
      `/dev/${name} is not encrypted inside this virtual machine; below it the provider may do so`,
      "the provider's word on the disk",
    )
  return known(false)
}

const NO_DEVICE: Readonly<Record<string, string>> = {
  tmpfs: 'memory',
  overlay: 'layers that cannot be seen from here',
  zfs: 'ZFS, which may encrypt by itself',
}

async function encryption(host: Host, mount: Mounted): Promise<Fact<boolean>> {
  if (mount.fsType === 'ecryptfs') return known(true)
  const reason = NO_DEVICE[mount.fsType]
  if (reason !== undefined) return missing(`${mount.mountPoint} lies on ${reason}`)
  const device = await host.realpath(`/sys/dev/block/${mount.device}`).catch(() => mount.source)
  if (!device.startsWith('/')) return missing(`${mount.mountPoint} (${mount.fsType}) has no device`)
  return deviceEncrypted(host, posix.basename(device))
}

/** The disk under a path of the host. */
export async function diskUnder(host: Host, path: string): Promise<Fact<DiskFacts>> {
  const table = await text(host, '/proc/self/mountinfo')
    .catch(() => text(host, '/proc/1/mountinfo'))
    .catch(() => undefined)
  if (table === undefined) return missing('the table of mounts cannot be read', "the host's /proc")
  const real = await host.realpath(path).catch(() => path)
  const mount = mountOf(parseMounts(table), real)
  if (!mount) return missing(`no mount holds ${path}`)
  const { mountPoint, source, fsType } = mount
  const encrypted = await encryption(host, mount)
  return known({ path, mountPoint, device: source, fsType, encrypted })
}
