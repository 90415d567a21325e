// From flags to a repository: its store, whom to trust, and what was seen of it elsewhere.
import { KeepError } from '../../core/error.ts'
import type { AnchorPlace, ConnectEtcd } from '../../ports/anchor.ts'
import type { ObjectStore } from '../../ports/object-store.ts'
import type { Ports } from '../../ports/ports.ts'
import { foundTarget } from '../../posture/gather/found-target.ts'
import {
  type Anchor,
  type AnchorRead,
  readAnchor,
  unanchored,
  witnessesFrom,
} from '../../repository/anchor.ts'
import { inOrder, notice, type Problem } from '../../repository/problem.ts'
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
}

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
    anchors: flags.anchor.map((location) => ports.anchor(location, connect)),
  }
}

/** The anchor that has seen most, of all that could be read; and what is wrong with the others. */
export async function readAnchors(
  { anchors, trust }: Repository,
  signal: AbortSignal,
): Promise<{ readonly reads: readonly AnchorRead[]; readonly furthest?: Anchor }> {
  const reads = await Promise.all(anchors.map((place) => readAnchor(place, trust, signal)))
  const [furthest] = reads
    .flatMap(({ anchor }) => (anchor ? [anchor] : []))
    .toSorted((a, b) => b.manifests.sequence - a.manifests.sequence)
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
  const { reads, furthest } = await readAnchors(repository, signal)
  const witnesses = reads.flatMap(witnessesFrom)
  const chain = await readChain(store, { trust, now: ports.clock.now(), witnesses, signal })
  const none: readonly Problem[] =
    reads.length === 0
      ? [
          notice(
            'anchor-absent',
            'no anchor was named: nobody would see if the newest were removed',
            {
              hint: 'keep one outside the repository: --anchor FILE, store:PLACE or etcd:/key',
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
