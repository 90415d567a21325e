// Client certificates that lie beside a member's own: the API server's and a health check's usually do.
import { posix } from 'node:path'
import type { Host } from '../../ports/host.ts'

/** A directory of more files is no place for a member's certificates. */
const MOST_ENTRIES = 500
const MOST_PAIRS = 8
const CLIENT = /client|apiserver|admin|root/i

/** Pairs of certificate and key whose names tell of a client, health checks first. */
export async function neighbourPairs(
  host: Host,
  directory: string,
): Promise<readonly (readonly [certificate: string, key: string])[]> {
  const names = await host.list(directory).catch((): readonly string[] => [])
  if (names.length > MOST_ENTRIES) return []
  const found = names
    .filter((name) => CLIENT.test(name))
    .flatMap((name) => {
      const stem = /^(.+?)(?:\.key|-key\.pem)$/.exec(name)?.[1]
      const certificate = [`${stem}.crt`, `${stem}.pem`].find((one) => names.includes(one))
      return stem === undefined || certificate === undefined ? [] : [[certificate, name] as const]
    })
  const healthFirst = (one: string) => (one.startsWith('healthcheck') ? `0${one}` : `1${one}`)
  return found
    .toSorted(([a], [b]) => (healthFirst(a) < healthFirst(b) ? -1 : 1))
    .slice(0, MOST_PAIRS)
    .map(([certificate, key]) => [posix.join(directory, certificate), posix.join(directory, key)])
}
