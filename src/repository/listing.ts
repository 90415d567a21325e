// The repository as people and machines see it. Pure.
import type { Problem } from './problem.ts'
import type { Chain } from './read-chain.ts'
import type { Snapshot } from './snapshot-state.ts'

export interface ListedSnapshot {
  readonly sequence: number
  readonly id: string
  readonly created: string
  /** Seconds, by this machine's clock. */
  readonly age: number
  readonly revision: string
  /** Bytes of the database, and as it is stored. */
  readonly size: number
  readonly stored: number
  readonly cluster: string
  readonly source: { readonly name: string; readonly etcd: string; readonly leader: boolean }
  /** Id of the key that signed it. */
  readonly signer: string
  readonly verified?: { readonly at: string; readonly depth: 'stored' | 'opened' }
  readonly drilled?: { readonly at: string; readonly passed: boolean }
  readonly held?: { readonly at: string; readonly reason: string }
  readonly pruned?: { readonly at: string; readonly reason: string }
  readonly readers: readonly { readonly service: string; readonly key: string }[]
  readonly encryptionKeys: readonly string[]
  /** Its data and keys are there, and nothing is known against it. */
  readonly whole: boolean
}

export interface Listing {
  readonly schema: 'etcdkeep.snapshot-list/v1'
  readonly repository: string
  readonly snapshots: readonly ListedSnapshot[]
  readonly problems: readonly Problem[]
}

/** The deeper proof counts, the newer of two equal ones is what the state holds. */
const verifiedOf = ({ opened, stored }: Snapshot): Pick<ListedSnapshot, 'verified'> => {
  if (opened !== undefined) return { verified: { at: opened, depth: 'opened' } }
  return stored === undefined ? {} : { verified: { at: stored, depth: 'stored' } }
}

function listed(snapshot: Snapshot, problems: readonly Problem[], now: Date): ListedSnapshot {
  const { sequence, manifest, signer, drilled, held, pruned, recipients } = snapshot
  const against = problems.some((one) => one.severity === 'problem' && one.sequence === sequence)
  return {
    sequence,
    id: manifest.id,
    created: manifest.created,
    age: Math.floor((now.getTime() - Date.parse(manifest.created)) / 1000),
    revision: manifest.revision,
    size: manifest.plain.length,
    stored: manifest.data.length,
    cluster: manifest.cluster.id,
    source: {
      name: manifest.source.name,
      etcd: manifest.source.etcd,
      leader: manifest.source.leader,
    },
    signer,
    ...verifiedOf(snapshot),
    ...(drilled && { drilled }),
    ...(held && { held }),
    ...(pruned && { pruned }),
    readers: recipients.map(({ service, key }) => ({ service, key })),
    encryptionKeys: manifest.contents.encryptionKeys,
    whole: !pruned && snapshot.complete && snapshot.generations.length > 0 && !against,
  }
}

/** Newest first; `pruned` ones too where they are asked for. */
export function listingOf(
  repository: string,
  chain: Chain,
  options: { readonly now: Date; readonly pruned: boolean },
): Listing {
  return {
    schema: 'etcdkeep.snapshot-list/v1',
    repository,
    snapshots: chain.snapshots
      .filter((one) => options.pruned || !one.pruned)
      .map((one) => listed(one, chain.problems, options.now))
      .toReversed(),
    problems: chain.problems,
  }
}
