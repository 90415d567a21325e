// Whether an image's etcd knows a flag. Where the tag is no version, every flag of any version is taken as known.
import { ETCD_FLAGS } from './etcd-flags.ts'

type Parts = readonly [major: number, minor: number, patch: number | undefined]

function parts(text: string): Parts | undefined {
  const found = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text)
  if (!found) return undefined
  const [, major, minor, patch] = found
  return [Number(major), Number(minor), patch === undefined ? undefined : Number(patch)]
}

const tagOf = (image: string): string => /:([^/:@]+)(?:@.*)?$/.exec(image)?.[1] ?? ''

/** Below zero: `at` is older than `limit`; undefined where a patch release of another line decides (back-ports). */
function compare(at: Parts, limit: Parts): number | undefined {
  const line = at[0] - limit[0] || at[1] - limit[1]
  if (limit[2] === undefined || line < 0) return line
  return line > 0 || at[2] === undefined ? undefined : at[2] - limit[2]
}

/** Why the etcd of this image refuses a flag that other versions know, as a clause; undefined where it does not. */
export function refusedBy(image: string | undefined, flag: string): string | undefined {
  const at = image === undefined ? undefined : parts(tagOf(image))
  const known = ETCD_FLAGS.get(flag)
  if (!at || !known) return undefined
  const [since, removed] = [parts(known.since), parts(known.removed)]
  if (since && (compare(at, since) ?? 0) < 0) return `is only known from etcd ${known.since} on`
  if (removed && (compare(at, removed) ?? -1) >= 0) return `is gone since etcd ${known.removed}`
  return undefined
}

/** Before 3.5, ETCD_VERSION stood for --version: any value that is no truth value ends etcd. Later it means nothing. */
export const readsVersionVariable = (image: string | undefined): boolean => {
  const at = image === undefined ? undefined : parts(tagOf(image))
  return at !== undefined && at[0] === 3 && at[1] < 5
}
