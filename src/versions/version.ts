/** A release: major, minor, patch. Pre-releases count as the release they lead to. */
export type Version = readonly [major: number, minor: number, patch: number]

/** `3.5.30`, `v3.5.30`, `3.5.30-0` (an image tag), `3.6.0-rc.1`; undefined for anything else. */
export function parseVersion(text: string): Version | undefined {
  const found = /^v?(\d{1,4})\.(\d{1,4})\.(\d{1,4})(?:[-+.].*)?$/.exec(text.trim())
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : undefined
}

export const compareVersions = (a: Version, b: Version): number =>
  a[0] - b[0] || a[1] - b[1] || a[2] - b[2]

export const minorOf = ([major, minor]: Version): string => `${major}.${minor}`

/** The version in an image's tag: `registry.k8s.io/etcd:3.5.30-0` → `3.5.30`. A digest alone says nothing. */
export function versionOfImage(image: string): string | undefined {
  const tag = /:([^:/@]+)(?:@.*)?$/.exec(image)?.[1]
  const version = tag === undefined ? undefined : parseVersion(tag)
  return version?.join('.')
}
