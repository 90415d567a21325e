// The etcds of a cluster on paper, as a client sees them.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { KeepError } from '../../../src/core/error.ts'
import { setting, urls, type Launch } from '../../../src/effective/model.ts'
import type { Etcd, EtcdConnector, EtcdTls } from '../../../src/ports/etcd.ts'
import type { Moment } from './moments.ts'

export interface PaperMember {
  readonly id: bigint
  readonly name: string
  /** As the member list has them. */
  peerUrls: readonly string[]
  isLearner: boolean
  errors: readonly string[]
  /** What its process was started with; undefined while it is down. */
  launch: Launch | undefined
}

const BLOCKS = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
const certificates = (pem: string) =>
  (pem.match(BLOCKS) ?? []).map((one) => new X509Certificate(one))

/** Whether a chain, leaf first, leads to one of the CAs. */
function leads(chain: string, cas: string): boolean {
  const roots = certificates(cas)
  const [leaf, ...links] = certificates(chain)
  const known = links.filter((link) => roots.some((root) => link.verify(root.publicKey)))
  return [...roots, ...known].some((one) => leaf?.verify(one.publicKey))
}

const text = (launch: Launch, flag: string): string =>
  readFileSync(setting(launch, flag) ?? '/nowhere', 'utf8')

/** Does a connection from `one` to `other`'s peer listener come about? */
function dials(one: PaperMember, other: PaperMember): boolean {
  if (!one.launch || !other.launch) return false
  const url = other.peerUrls[0] ?? ''
  if (!urls(other.launch, 'listen-peer-urls').includes(url)) return false
  return (
    url.startsWith('http:') ||
    (leads(text(one.launch, 'peer-cert-file'), text(other.launch, 'peer-trusted-ca-file')) &&
      leads(text(other.launch, 'peer-cert-file'), text(one.launch, 'peer-trusted-ca-file')))
  )
}

export const hasQuorum = (member: PaperMember, all: readonly PaperMember[]): boolean =>
  all.filter((one) => one === member || dials(one, member) || dials(member, one)).length >
  all.length / 2

const unreachable = (endpoint: string) =>
  new KeepError('unavailable', 'etcd.unreachable', `${endpoint} does not answer`)

function lets(launch: Launch, endpoint: string, tls: EtcdTls | undefined): boolean {
  if (endpoint.startsWith('http:')) return true
  return (
    leads(text(launch, 'cert-file'), tls?.ca ?? '') &&
    leads(tls?.cert ?? '', text(launch, 'trusted-ca-file'))
  )
}

export interface PaperEtcds {
  readonly members: readonly PaperMember[]
  leader: bigint
}

export function paperConnector(cluster: PaperEtcds, moment: Moment): EtcdConnector {
  const connect: EtcdConnector['connect'] = ({ endpoints: [endpoint = ''], tls }) => {
    const behind = (): PaperMember => {
      const found = cluster.members.find(
        ({ launch }) => launch && urls(launch, 'listen-client-urls').includes(endpoint),
      )
      if (!found?.launch || !lets(found.launch, endpoint, tls)) throw unreachable(endpoint)
      return found
    }
    const leader = () =>
      cluster.members.find((one) => one.id === cluster.leader && hasQuorum(one, cluster.members)) ??
      cluster.members.find((one) => !one.isLearner && hasQuorum(one, cluster.members))
    const withQuorum = () => {
      if (!hasQuorum(behind(), cluster.members)) throw unreachable(endpoint)
    }
    return {
      cluster: {
        async memberList() {
          withQuorum()
          return cluster.members.map(({ id, name, peerUrls, isLearner, launch }) => {
            const clientUrls = launch ? urls(launch, 'advertise-client-urls') : []
            return { id, name, peerUrls, clientUrls, isLearner }
          })
        },
        async memberUpdate(id: bigint, peerUrls: readonly string[]) {
          withQuorum()
          moment(`before member update ${peerUrls.join()}`)
          for (const one of cluster.members) if (one.id === id) one.peerUrls = peerUrls
          moment(`after member update ${peerUrls.join()}`)
        },
      },
      maintenance: {
        async status() {
          const own = behind()
          cluster.leader = leader()?.id ?? 0n
          return {
            header: { revision: 7n },
            leader: hasQuorum(own, cluster.members) ? cluster.leader : 0n,
            raftIndex: 9n,
            raftAppliedIndex: 9n,
            isLearner: own.isLearner,
            errors: own.errors,
          }
        },
        async hashKv() {
          behind()
          return { hash: 1, compactRevision: 1n }
        },
        async moveLeader(_: string, to: bigint) {
          withQuorum()
          moment('before the hand-over')
          cluster.leader = to
          moment('after the hand-over')
        },
      },
      close() {},
    } as unknown as Etcd
  }
  return { connect }
}
