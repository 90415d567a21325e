import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KeepError } from '../../core/error.ts'
import { type Apt, machineMirrors, openApt } from './apt.ts'
import { choose } from './choose-version.ts'
import { run } from './run.ts'

/** An etcd version, and Debian's suite that had it when it was pinned. */
export interface Pin {
  readonly version: string
  readonly suite: string
}

export const folderName = (pinned: string): string => `etcd-${pinned}`

/** Unpacks each pinned etcd into its folder below `cache`; one that no suite offers is told and left out. */
export async function fetchFromDebian(
  pins: readonly Pin[],
  cache: string,
  progress: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  if (pins.length === 0) return
  const scratch = join(cache, `apt.${process.pid}`)
  progress(
    `setting up: etcd ${pins.map(({ version }) => version).join(', ')} from Debian's packages`,
  )
  try {
    const apt = await firstUsable(pins, scratch, signal)
    for (const pin of pins) await fetchOne(apt, pin, scratch, cache, progress)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function firstUsable(
  pins: readonly Pin[],
  scratch: string,
  signal: AbortSignal | undefined,
): Promise<Apt> {
  const hasApt = await run(['apt-get', '--version']).then(
    () => true,
    () => false,
  )
  const mirrors = hasApt ? await machineMirrors() : []
  let problem: unknown = new KeepError(
    'unavailable',
    'binaries.no-apt',
    'this is no Debian with apt',
  )
  for (const [index, mirror] of mirrors.entries()) {
    const suites = pins.map(({ suite }) => suite)
    const apt = await openApt(mirror, suites, join(scratch, String(index)), signal)
    try {
      if ((await apt.offers('etcd-server')).length > 0) return apt
    } catch (error) {
      problem = error
    }
  }
  throw problem
}

async function fetchOne(
  apt: Apt,
  { version: pinned }: Pin,
  scratch: string,
  cache: string,
  progress: (line: string) => void,
): Promise<void> {
  const choice = choose(pinned, await apt.offers('etcd-server'))
  if (!choice) return progress(`setting up: Debian no longer serves an etcd like ${pinned}`)
  if (choice.note) progress(`setting up: ${choice.note}`)
  const { packageVersion, version, suite, note } = choice
  const fresh = join(scratch, folderName(pinned))
  await mkdir(fresh, { recursive: true })
  await apt.unpack('etcd-server', packageVersion, fresh)
  await apt.unpack('etcd-client', packageVersion, fresh)
  const origin = { version, source: `Debian ${suite}`, ...(note && { note }) }
  await writeFile(join(fresh, 'origin.json'), JSON.stringify(origin))
  const target = join(cache, folderName(pinned))
  await rm(target, { recursive: true, force: true })
  await rename(fresh, target)
}
