// A snapshot as its records tell it.
import type { Link } from './link.ts'
import type { Manifest, Sha256 } from './model.ts'
import type { Inventory } from './inventory.ts'
import { type Problem, notice, problem } from './problem.ts'
import type { RecordEvent, RepositoryRecord } from './record.ts'

/** One snapshot of a chain that was read. */
export interface Snapshot {
  readonly sequence: number
  readonly sha256: Sha256
  readonly signer: string
  readonly manifest: Manifest
  /** The last that passed, by depth; both where both happened. */
  readonly stored?: string
  readonly opened?: string
  readonly drilled?: { readonly at: string; readonly passed: boolean }
  /** When it was last drilled with success. */
  readonly proven?: string
  readonly held?: { readonly at: string; readonly reason: string }
  readonly pruned?: { readonly at: string; readonly reason: string }
  /** By the last record that tells of one. */
  readonly rekeyed?: { readonly generation: number; readonly sha256: Sha256 }
  readonly recipients: readonly { readonly service: string; readonly key: string }[]
  /** Generations of its key object that are in the store, in order. */
  readonly generations: readonly number[]
  /** Whether its data is there in full length; what is in it is for `verify`. */
  readonly complete: boolean
  /** Whether anything of its data and keys is there at all. */
  readonly left: boolean
}

type State = Pick<
  Snapshot,
  'stored' | 'opened' | 'drilled' | 'proven' | 'held' | 'pruned' | 'rekeyed'
> & { readonly recipients?: Snapshot['recipients'] }

/** `at` is what the signer's clock said. */
function after(state: State, event: RecordEvent, at: string): State {
  switch (event.kind) {
    case 'verified':
      return { ...state, stored: at, ...(event.depth === 'opened' && { opened: at }) }
    case 'drilled': {
      const drilled = { at, passed: event.passed }
      return { ...state, drilled, ...(event.passed && { proven: at }) }
    }
    case 'held':
      return { ...state, held: { at, reason: event.reason } }
    case 'released': {
      const { held: _, ...rest } = state
      return rest
    }
    case 'pruned':
      return { ...state, pruned: { at, reason: event.reason } }
    case 'rekeyed': {
      const { generation, sha256, recipients } = event
      return { ...state, rekeyed: { generation, sha256 }, recipients }
    }
    default:
      return state
  }
}

export function snapshotOf(
  link: Link<Manifest>,
  records: readonly Link<RepositoryRecord>[],
  inventory: Inventory,
): Snapshot {
  const { sequence, sha256, signer, content: manifest } = link
  const state = records.reduce<State>(
    (state, { content }) => after(state, content.event, content.at),
    {},
  )
  const generations = inventory.generations.get(`${sequence} ${manifest.id}`) ?? []
  const size = inventory.data.get(manifest.data.object)
  return {
    sequence,
    sha256,
    signer,
    manifest,
    ...state,
    recipients: state.recipients ?? manifest.keys.recipients,
    generations,
    complete: size === manifest.data.length,
    left: size !== undefined || generations.length > 0,
  }
}

/** What should be there and is not, or the other way round. */
export function judgeSnapshot(snapshot: Snapshot, inventory: Inventory): readonly Problem[] {
  const { sequence, manifest, generations, pruned, rekeyed } = snapshot
  const size = inventory.data.get(manifest.data.object)
  const object = manifest.data.object
  if (pruned)
    return size === undefined && generations.length === 0
      ? []
      : [
          notice('half-pruned', `snapshot ${sequence} is pruned, but not all of it is gone yet`, {
            sequence,
            hint: 'the next snapshot prune takes the rest away',
          }),
        ]
  const found: Problem[] = []
  if (size === undefined)
    found.push(problem('data-missing', `${object} is missing`, { sequence, object }))
  else if (size !== manifest.data.length) {
    const message = `${object} has ${size} bytes, its manifest says ${manifest.data.length}`
    found.push(problem('data-length', message, { sequence, object }))
  }
  const newest = generations.at(-1)
  if (newest === undefined)
    found.push(
      problem('keys-missing', `no key object of snapshot ${sequence} is left`, { sequence }),
    )
  else if (rekeyed && newest < rekeyed.generation) {
    const message = `the key object of snapshot ${sequence} is generation ${newest}, a record tells of ${rekeyed.generation}`
    found.push(problem('keys-rolled-back', message, { sequence }))
  }
  return found
}
