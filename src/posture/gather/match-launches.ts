// Which process is which manifest's: by data directory, else by name and addresses, else by a name that is unique, else as the only one left of a hidden name.
import { hostPath, setting, urls, type Launch } from '../../effective/model.ts'
import type { Host } from '../../ports/host.ts'
import { spoken, type FoundLaunch } from './found-launch.ts'

export interface Pair {
  readonly declared?: FoundLaunch
  readonly running?: FoundLaunch
}

const ADDRESSES = [
  'listen-client-urls',
  'listen-peer-urls',
  'advertise-client-urls',
  'initial-advertise-peer-urls',
]

/** A directory by what it is, so that mounts and links play no part; else by its path. */
async function identity(host: Host, launch: Launch): Promise<readonly string[]> {
  const directory = setting(launch, 'data-dir')
  if (directory === undefined) return []
  const path = hostPath(launch, directory)
  try {
    return [path, (await host.stat(path)).inode]
  } catch {
    return [path]
  }
}

async function sameDirectory(host: Host, a: FoundLaunch, b: FoundLaunch): Promise<boolean> {
  const [one, other] = [spoken(a), spoken(b)]
  if (!one || !other || a.program !== 'etcd') return false
  const [left, right] = [await identity(host, one), await identity(host, other)]
  return left.some((place) => right.includes(place))
}

function shareAddress(a: FoundLaunch, b: FoundLaunch): boolean {
  const [left, right] = [spoken(a), spoken(b)]
  if (a.name !== b.name || !left || !right) return false
  if (a.program === 'kube-apiserver')
    return ['secure-port', 'etcd-servers'].every(
      (flag) => setting(left, flag) === setting(right, flag),
    )
  return ADDRESSES.some((flag) => urls(left, flag).some((url) => urls(right, flag).includes(url)))
}

type Alike = (a: FoundLaunch, b: FoundLaunch) => Promise<boolean> | boolean

/** Takes out of both lists what is alike; each one once. */
async function take(
  declared: FoundLaunch[],
  running: FoundLaunch[],
  alike: Alike,
): Promise<Pair[]> {
  const pairs: Pair[] = []
  for (const process of running.slice()) {
    for (const manifest of declared) {
      if (manifest.program !== process.program || !(await alike(manifest, process))) continue
      pairs.push({ declared: manifest, running: process })
      declared.splice(declared.indexOf(manifest), 1)
      running.splice(running.indexOf(process), 1)
      break
    }
  }
  return pairs
}

/** Pairs of what is declared and what runs; the rest alone. `byNameAlone` = a unique name is enough. */
export async function matchLaunches(
  host: Host,
  found: { readonly declared: readonly FoundLaunch[]; readonly running: readonly FoundLaunch[] },
  byNameAlone: boolean,
): Promise<readonly Pair[]> {
  const [declared, running] = [[...found.declared], [...found.running]]
  const pairs = [
    ...(await take(declared, running, (a, b) => sameDirectory(host, a, b))),
    ...(await take(declared, running, shareAddress)),
  ]
  const count = (list: readonly FoundLaunch[], { program, name }: FoundLaunch) =>
    list.filter((one) => one.program === program && one.name === name).length
  const unique: Alike = (a, b) =>
    a.name === b.name &&
    (byNameAlone || !a.launch.known || !b.launch.known) &&
    count(declared, a) === 1 &&
    count(running, b) === 1
  pairs.push(...(await take(declared, running, unique)))
  const left = (list: readonly FoundLaunch[], { program }: FoundLaunch) =>
    list.filter((one) => one.program === program).length
  const onlyOne: Alike = (a, b) => {
    const hidden = a.unnamed === true && a.program === 'etcd'
    return hidden && left(declared, a) === 1 && left(running, b) === 1
  }
  if (byNameAlone) pairs.push(...(await take(declared, running, onlyOne)))
  return [
    ...pairs,
    ...declared.map((one) => ({ declared: one })),
    ...running.map((one) => ({ running: one })),
  ]
}
