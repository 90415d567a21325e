/** A package version that an archive offers: `3.5.30-2` of suite `sid`. */
export interface Offer {
  readonly packageVersion: string
  readonly suite: string
}

export interface Choice extends Offer {
  /** The etcd version inside: `3.5.30`. */
  readonly version: string
  readonly note?: string
}

/** What `apt-cache madison etcd-server` prints: `package | version | mirror suite/component arch Packages`. */
export function parseOffers(madison: string): readonly Offer[] {
  return madison.split('\n').flatMap((line) => {
    const [, packageVersion, place] = line.split('|').map((part) => part.trim())
    const suite = /(\S+)\/main\s/.exec(place ?? '')?.[1]
    return packageVersion && suite ? [{ packageVersion, suite }] : []
  })
}

/** The version of etcd in a package version: without epoch, Debian revision and repacking mark. */
const upstream = (packageVersion: string): string =>
  /(\d+\.\d+\.\d+)/.exec(packageVersion.replace(/^\d+:/, ''))?.[1] ?? packageVersion

const minorOf = (version: string) => version.split('.').slice(0, 2).join('.')
const patchOf = (version: string) => Number(version.split('.')[2] ?? 0)

/** The pinned version, or the nearest patch release of its minor (the newer of two); undefined = none is offered. */
export function choose(pinned: string, offers: readonly Offer[]): Choice | undefined {
  const distance = (version: string) => Math.abs(patchOf(version) - patchOf(pinned))
  const [best] = offers
    .map((offer) => ({ ...offer, version: upstream(offer.packageVersion) }))
    .filter(({ version }) => minorOf(version) === minorOf(pinned))
    .toSorted(
      (a, b) =>
        distance(a.version) - distance(b.version) || patchOf(b.version) - patchOf(a.version),
    )
  if (!best || best.version === pinned) return best
  return { ...best, note: `etcd ${pinned} is no longer served; ${best.version} is the nearest` }
}
