// From flags to a repository: its store, whom to trust, and what was seen of it elsewhere.
import { KeepError } from '../../core/error.ts'
import type { AnchorPlace, ConnectEtcd } from '../../ports/anchor.ts'
import type { ObjectStore } from '../../ports/object-store.ts'
import type { Ports } from '../../ports/ports.ts'
import { foundTarget } from '../../posture/gather/found-target.ts'
import {
  type Anchor,
  type AnchorRead,
  furthestOf,
  readAnchor,
  unanchored,
  witnessesFrom,
} from '../../repository/anchor.ts'
import { inOrder, notice, type Problem } from '../../repository/problem.ts'
import { readCopy } from '../../repository/read-copy.ts'
import { type Chain, readChain } from '../../repository/read-chain.ts'
import type { Signer, Trust } from '../../repository/signing-key.ts'
import type { Context } from '../command.ts'
import type { RepositoryFlags, SigningFlag } from './flags.ts'
import { credentialsOf, endpointOf } from '../target-flags.ts'
import { signerOf, trustOf } from './keys.ts'

export interface Repository {
  readonly store: ObjectStore
  readonly trust: Trust
  readonly signer: Signer | undefined
  readonly anchors: readonly AnchorPlace[]
  /** Copies in other hands, which serve as anchors too. */
  readonly copies: readonly ObjectStore[]
}

const COPY = 'copy:'

/** The cluster that the flags name, else that of this machine. */
const connecting =
  (flags: RepositoryFlags, ports: Ports): ConnectEtcd =>
  async () => {
    const here = ports.host()
    const credentials = await credentialsOf({ ...flags, timeout: 1 }, here)
    const endpoints = flags.endpoints.map(endpointOf)
    const target = await foundTarget(here, { endpoints, ...(credentials && { credentials }) })
    if (target.endpoints.length > 0) return ports.etcd.connect(target)
    throw new KeepError(
      'unavailable',
      'anchor.no-etcd',
      'the cluster of the anchor was not found',
      {
        hint: 'name its members with --endpoints',
      },
    )
  }

/** Opens no connection yet; `connect` is for an anchor in etcd. */
export async function openRepository(
  flags: RepositoryFlags & Partial<SigningFlag>,
  ports: Ports,
  connect = connecting(flags, ports),
): Promise<Repository> {
  const { repository } = flags
  if (repository === undefined)
    throw new KeepError('usage', 'usage.flag', 'no repository was named', {
      hint: 'give --repository PLACE: a directory, or s3://bucket/prefix',
    })
  const here = ports.host()
  const signer = await signerOf(here, flags['sign-with'])
  return {
    store: ports.objectStore({ location: repository }),
    trust: await trustOf(here, flags, signer),
    signer,
    anchors: flags.anchor
      .filter((location) => !location.startsWith(COPY))
      .map((location) => ports.anchor(location, connect)),
    copies: flags.anchor
      .filter((location) => location.startsWith(COPY))
      .map((location) => ports.objectStore({ location: location.slice(COPY.length) })),
  }
}

/** All that the anchors have seen, and what is wrong with any of them. */
export async function readAnchors(
  { anchors, copies, trust }: Repository,
  { ports, signal }: Pick<Context, 'ports' | 'signal'>,
): Promise<{ readonly reads: readonly AnchorRead[]; readonly furthest?: Anchor }> {
  const now = ports.clock.now()
  const reads = await Promise.all([
    ...anchors.map((place) => readAnchor(place, trust, signal)),
    ...copies.map((store) => readCopy(store, trust, now, signal)),
  ])
  const furthest = furthestOf(reads)
  return { reads, ...(furthest && { furthest }) }
}

export interface JudgedChain extends Chain {
  /** The anchor that has seen most. */
  readonly anchor?: Anchor
}

/** The chain with all that the anchors say of it. */
export async function judgeRepository(
  repository: Repository,
  { ports, signal }: Pick<Context, 'ports' | 'signal'>,
): Promise<JudgedChain> {
  const { store, trust } = repository
  const { reads, furthest } = await readAnchors(repository, { ports, signal })
  const witnesses = reads.flatMap(witnessesFrom)
  const chain = await readChain(store, { trust, now: ports.clock.now(), witnesses, signal })
  const none: readonly Problem[] =
    reads.length === 0
      ? [
          notice(
            'anchor-absent',
            'no anchor was named: nobody would see if the newest were removed',
            {
              hint: 'keep one outside the repository: --anchor FILE, store:PLACE, copy:PLACE or etcd:/key',
            },
          ),
        ]
      : []
  const said = reads.flatMap((read) => (read.problem ? [read.problem] : []))
  const behind = reads.flatMap((read) => unanchored(read, chain.tip))
  return {
    ...chain,
    problems: inOrder([...said, ...chain.problems, ...behind, ...none]),
    ...(furthest && { anchor: furthest }),
  }
}
