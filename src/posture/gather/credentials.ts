// Client certificates to come to etcd with: the user's, then those that the host itself uses for that.
import { posix } from 'node:path'
import { hostPath, setting, type Launch } from '../../effective/model.ts'
import type { Host } from '../../ports/host.ts'
import type { NamedCredential } from './named-credential.ts'
import { neighbourPairs } from './neighbour-keys.ts'
import type { Credentials } from './options.ts'
import { readPair, textAt } from './read-pair.ts'

/** What one launch, or the folder of its certificates, has to show at a client port. */
export interface HostCredential extends NamedCredential {
  /** The CA that this host trusts there. */
  readonly ca?: string
}

export const onHost = (launch: Launch | undefined, flag: string): string | undefined => {
  const path = launch && setting(launch, flag)
  return launch && path !== undefined ? hostPath(launch, path) : undefined
}

type Pair = readonly [certificate: string, key: string]

const named = (launch: Launch, flags: readonly Pair[]): readonly Pair[] =>
  flags.flatMap(([certificate, key]) => {
    const [first, second] = [onHost(launch, certificate), onHost(launch, key)]
    return first !== undefined && second !== undefined ? [[first, second] as const] : []
  })

/** Every pair that is named and can be read. Never throws. */
export const pairsOf = async (
  host: Host,
  launch: Launch | undefined,
  flags: readonly Pair[],
): Promise<readonly NamedCredential[]> => {
  const pairs = launch ? named(launch, flags) : []
  const read = await Promise.all(pairs.map(([one, key]) => readPair(host, one, key)))
  return read.filter((one) => one !== undefined)
}

const OWN = [
  ['client-cert-file', 'client-key-file'],
  ['cert-file', 'key-file'],
] as const

const withCa = (all: readonly NamedCredential[], ca: string | undefined) =>
  all.map((one) => (ca === undefined ? one : { ...one, ca }))

const caAt = async (host: Host, path: string | undefined) =>
  path === undefined ? undefined : textAt(host, path)

async function ofApiserver(host: Host, launch: Launch): Promise<readonly HostCredential[]> {
  const pairs = await pairsOf(host, launch, [['etcd-certfile', 'etcd-keyfile']])
  return withCa(pairs, await caAt(host, onHost(launch, 'etcd-cafile')))
}

/** Beside the server's certificate kubeadm lays the liveness probe's; others lay the API server's. */
async function beside(
  host: Host,
  directory: string,
  ca: string | undefined,
): Promise<readonly HostCredential[]> {
  const pairs = await neighbourPairs(host, directory)
  const read = await Promise.all(pairs.map(([one, key]) => readPair(host, one, key)))
  const found = read.filter((one) => one !== undefined)
  return withCa(found, await caAt(host, ca))
}

const KUBEADM = '/etc/kubernetes/pki/etcd'

async function besideAll(host: Host, etcds: readonly Launch[]): Promise<readonly HostCredential[]> {
  const places = etcds.flatMap((launch) => {
    const path = onHost(launch, 'cert-file')
    return path === undefined
      ? []
      : [{ directory: posix.dirname(path), ca: onHost(launch, 'trusted-ca-file') }]
  })
  const all = places.length > 0 ? places : [{ directory: KUBEADM, ca: `${KUBEADM}/ca.crt` }]
  return (await Promise.all(all.map(({ directory, ca }) => beside(host, directory, ca)))).flat()
}

const own = async (host: Host, launch: Launch): Promise<readonly HostCredential[]> =>
  withCa(await pairsOf(host, launch, OWN), await caAt(host, onHost(launch, 'trusted-ca-file')))

/**
 * In the order in which they are to be tried: the API server's own, those made for clients, those that etcd shows
 * itself. Each certificate once; empty where none can be read. Never throws.
 */
export async function hostCredentials(
  host: Host,
  etcds: readonly Launch[],
  apiservers: readonly Launch[],
): Promise<readonly HostCredential[]> {
  const found = await Promise.all([
    ...apiservers.map((one) => ofApiserver(host, one)),
    besideAll(host, etcds),
    ...etcds.map((one) => own(host, one)),
  ])
  const all = found.flat()
  return all.filter((one, index) => all.findIndex(({ source }) => source === one.source) === index)
}

/** With a password it is the user's CA that says who may see it. */
const asUser = (one: HostCredential, { user, ca }: Credentials): Credentials =>
  user ? { ...one, user, ...(ca !== undefined && { ca }) } : one

/** The user's, and the host's for where that is turned away. */
export const inTurn = (
  given: Credentials | undefined,
  found: readonly HostCredential[],
): readonly Credentials[] => (given ? [given, ...found.map((one) => asUser(one, given))] : found)
