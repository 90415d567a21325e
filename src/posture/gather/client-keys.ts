// Finds the certificates that a door can be tried with: the user's, the API server's, the member's own.
import { valueOf } from '../../core/fact.ts'
import { Secret } from '../../core/secret.ts'
import type { Launch } from '../../effective/model.ts'
import type { Certificate } from '../../pki/model.ts'
import type { Host } from '../../ports/host.ts'
import type { ListenerProbe } from '../facts/probes.ts'
import type { Apiserver, Member } from '../observation.ts'
import { parseCertificates } from '../../pki/parse-certificate.ts'
import { hostCredentials, onHost, pairsOf } from './credentials.ts'
import { kubeconfigIdentities } from './kubeconfig-identities.ts'
import type { GatherOptions } from './options.ts'
import type { NamedCredential } from './named-credential.ts'
import { authorityFrom, probeCredential, type Authority } from './probe-certificate.ts'
import { readPair, textAt } from './read-pair.ts'

/** Everything that one member's doors are tried with; empty lists where nothing is at hand. */
export interface ClientKeys {
  readonly client: readonly NamedCredential[]
  readonly peer: readonly NamedCredential[]
  /** Issued by the Kubernetes cluster's CA. */
  readonly clusterCa: readonly NamedCredential[]
  /** The CA of the client listener, where its key is at hand. */
  readonly clientAuthority?: Authority
  readonly peerAuthority?: Authority
  /** As the files have them now. */
  readonly authorities: NonNullable<ListenerProbe['authorities']>
}

const launchesOf = (one: Pick<Member, 'running' | 'declared' | 'visible'>): readonly Launch[] =>
  [valueOf(one.running), one.visible, valueOf(one.declared)].filter(
    (launch) => launch !== undefined,
  )

/** The first file of `ca.key`, `ca-key.pem`, … beside the CA that belongs to it. */
async function authorityAt(host: Host, path: string | undefined): Promise<Authority | undefined> {
  if (path === undefined) return undefined
  const certificate = await textAt(host, path)
  if (certificate === undefined) return undefined
  for (const keyPath of [
    path.replace(/\.(crt|pem|cert)$/, '.key'),
    path.replace(/\.pem$/, '-key.pem'),
  ]) {
    const key = keyPath === path ? undefined : await textAt(host, keyPath)
    if (key === undefined) continue
    try {
      return await authorityFrom(certificate, new Secret(key))
    } catch {
      continue
    }
  }
  return undefined
}

/** Every certificate of a PEM text; none where it is no such text. */
function certificatesIn(pem = ''): readonly Certificate[] {
  try {
    return parseCertificates(Buffer.from(pem))
  } catch {
    return []
  }
}

/** The same of a file; none where it cannot be read. */
const certificatesAt = async (host: Host, path: string | undefined) =>
  certificatesIn(path === undefined ? undefined : await textAt(host, path))

const CLUSTER_CA = '/etc/kubernetes/pki/ca.crt'

/** The CA of Kubernetes' own clients: as the API server names it, else where kubeadm lays it, beside the etcd folder. */
async function clusterCaPath(
  host: Host,
  member: Launch | undefined,
  apiservers: readonly Launch[],
): Promise<string> {
  const named = onHost(apiservers[0], 'client-ca-file')
  if (named !== undefined) return named
  // Only the folder above one called etcd: a CA called ca.crt elsewhere is etcd's own.
  const above = /^(.*)\/etcd\/[^/]+$/.exec(onHost(member, 'trusted-ca-file') ?? '')?.[1]
  const beside = above === undefined ? CLUSTER_CA : `${above}/ca.crt`
  return (await textAt(host, beside)) === undefined ? CLUSTER_CA : beside
}

async function clusterCredentials(
  host: Host,
  apiservers: readonly Launch[],
  path: string,
  now: Date,
): Promise<readonly NamedCredential[]> {
  const [launch] = apiservers
  const authority = await authorityAt(host, path)
  const issued = authority && {
    ...(await probeCredential(authority, now)),
    source: `a certificate made by ${path}`,
  }
  const kubelet = await pairsOf(host, launch, [
    ['kubelet-client-certificate', 'kubelet-client-key'],
    ['proxy-client-cert-file', 'proxy-client-key-file'],
  ])
  const beside = await readPair(
    host,
    '/etc/kubernetes/pki/apiserver-kubelet-client.crt',
    '/etc/kubernetes/pki/apiserver-kubelet-client.key',
  )
  const first = kubelet.slice(0, 1)
  const others = first.length > 0 ? first : beside ? [beside] : await kubeconfigIdentities(host)
  return issued ? [issued] : others
}

function given(options: Pick<GatherOptions, 'credentials'>): readonly NamedCredential[] {
  const { certificate, key, source } = options.credentials ?? {}
  return certificate && key ? [{ certificate, key, source: source ?? '--cert' }] : []
}

/** A certificate without names can be shown from any address (etcd compares names on peer ports). */
export const nameless = (one: NamedCredential): boolean => {
  const [leaf] = certificatesIn(one.certificate)
  return leaf !== undefined && leaf.dnsNames.length + leaf.ipAddresses.length === 0
}

export async function clientKeys(
  host: Host,
  member: Pick<Member, 'running' | 'declared' | 'visible'>,
  apiservers: readonly Pick<Apiserver, 'running' | 'declared'>[],
  options: Pick<GatherOptions, 'credentials'>,
  now: Date,
): Promise<ClientKeys> {
  const [launch] = launchesOf(member)
  const apis = apiservers.flatMap(launchesOf)
  const peer = await pairsOf(host, launch, [
    ['peer-client-cert-file', 'peer-client-key-file'],
    ['peer-cert-file', 'peer-key-file'],
  ])
  const clientAuthority = await authorityAt(host, onHost(launch, 'trusted-ca-file'))
  const peerAuthority = await authorityAt(host, onHost(launch, 'peer-trusted-ca-file'))
  const cluster = await clusterCaPath(host, launch, apis)
  return {
    authorities: {
      trusted: await certificatesAt(host, onHost(launch, 'trusted-ca-file')),
      cluster: await certificatesAt(host, cluster),
      given: certificatesIn(options.credentials?.ca),
    },
    client: [...given(options), ...(await hostCredentials(host, launch ? [launch] : [], apis))],
    peer,
    clusterCa: await clusterCredentials(host, apis, cluster, now),
    ...(clientAuthority && { clientAuthority }),
    ...(peerAuthority && { peerAuthority }),
  }
}
