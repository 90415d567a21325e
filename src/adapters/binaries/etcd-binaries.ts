// Real etcds without touching the system: what is on PATH, and Debian's packages unpacked into a cache folder.
import { homedir } from 'node:os'
import { join } from 'node:path'
import { KeepError, messageOf } from '../../core/error.ts'
import type { EtcdBinary } from '../../ports/binaries.ts'
import { type Pin, fetchFromDebian, folderName } from './debian.ts'
import { etcdInCache, etcdOnPath } from './installed.ts'
import { locked } from './lock.ts'

/** One etcd per minor that Debian packages, with the suite that has it. */
const PINNED: readonly Pin[] = [
  { version: '3.4.23', suite: 'bookworm' },
  { version: '3.5.16', suite: 'trixie' },
  { version: '3.5.30', suite: 'sid' },
]

export interface BinariesOptions {
  /** Default `$XDG_CACHE_HOME/etcdkeep`. */
  readonly cacheDirectory?: string
  /** Search path; default `$PATH`. */
  readonly path?: string
  /** Told what takes time; default: a line on standard error. */
  readonly progress?: (line: string) => void
  readonly signal?: AbortSignal
}

const cacheOf = (options: BinariesOptions): string =>
  options.cacheDirectory ??
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'etcdkeep')

const folderOf = (options: BinariesOptions, pinned: string) =>
  join(cacheOf(options), folderName(pinned))

/** What is there already, oldest first, without any download. */
export async function installedEtcds(
  options: BinariesOptions = {},
): Promise<readonly EtcdBinary[]> {
  const own = await etcdOnPath(options.path ?? process.env['PATH'] ?? '')
  const cached = await Promise.all(
    PINNED.map(({ version }) => etcdInCache(folderOf(options, version))),
  )
  const found = [own, ...cached].filter((binary) => binary !== undefined)
  return [
    ...new Map(found.toReversed().map((binary) => [binary.version, binary])).values(),
  ].toSorted((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }))
}

/**
 * Every etcd that can be had: 3.4.23, 3.5.16 and 3.5.30 (or their nearest patch releases) from Debian, and
 * the one on PATH; oldest first. The first call downloads, later ones only look.
 * Throws KeepError `unavailable` where there is none at all.
 */
export async function etcdBinaries(options: BinariesOptions = {}): Promise<readonly EtcdBinary[]> {
  const progress = options.progress ?? ((line: string) => process.stderr.write(`${line}\n`))
  const absent = await absentPins(options)
  if (absent.length > 0) {
    const lock = join(cacheOf(options), 'etcd.lock')
    try {
      const work = async () =>
        fetchFromDebian(await absentPins(options), cacheOf(options), progress, options.signal)
      await locked(lock, work, options.signal)
    } catch (error) {
      options.signal?.throwIfAborted()
      progress(`setting up: etcd could not be fetched: ${messageOf(error)}`)
    }
  }
  const found = await installedEtcds(options)
  if (found.length > 0) return found
  throw new KeepError('unavailable', 'binaries.no-etcd', 'there is no etcd on this machine', {
    hint: 'put etcd and etcdctl (3.4 or newer) on PATH: install etcd-server and etcd-client, or unpack a release of etcd-io/etcd',
  })
}

async function absentPins(options: BinariesOptions): Promise<readonly Pin[]> {
  const found = await installedEtcds(options)
  const cached = await Promise.all(
    PINNED.map(({ version }) => etcdInCache(folderOf(options, version))),
  )
  return PINNED.filter(
    ({ version }, index) => !cached[index] && !found.some((binary) => binary.version === version),
  )
}
