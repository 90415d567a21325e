import { KeepError } from '../../core/error.ts'
import type { EtcdBinary } from '../../ports/binaries.ts'

const minorOf = (version: string): number => Number(/^3\.(\d+)/.exec(version)?.[1] ?? -1)

const has = (binaries: readonly EtcdBinary[]): string =>
  binaries.map(({ version }) => version).join(', ')

function named(binaries: readonly EtcdBinary[], version: string): EtcdBinary {
  const found = binaries.findLast((one) => `${one.version}.`.startsWith(`${version}.`))
  if (found) return found
  throw new KeepError('unavailable', 'drill.no-etcd', `there is no etcd ${version} here`, {
    hint: `there are ${has(binaries)}; another one is found when it is on PATH`,
  })
}

/**
 * The etcd to restore into: the very one, else its minor's newest, else the next minor's; an older one cannot read what
 * a newer one wrote. Throws `unavailable` where none fits.
 */
export function chooseEtcd(
  binaries: readonly EtcdBinary[],
  { wanted, of }: { readonly wanted: string | undefined; readonly of: string | undefined },
): EtcdBinary {
  if (wanted !== undefined) return named(binaries, wanted)
  const newest = binaries.at(-1)
  const fitting =
    of === undefined
      ? newest
      : (binaries.find(({ version }) => version === of) ??
        binaries.findLast(({ version }) => minorOf(version) === minorOf(of)) ??
        binaries.find(({ version }) => minorOf(version) === minorOf(of) + 1))
  if (fitting) return fitting
  throw new KeepError(
    'unavailable',
    'drill.no-etcd',
    `there is no etcd here that a snapshot of etcd ${of ?? ''} could be restored into`,
    {
      hint: `put that etcd with its etcdutl on PATH; there are ${has(binaries)}`,
    },
  )
}
