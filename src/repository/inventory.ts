// What lies in a store, sorted by name; nothing is read yet.
import type { ObjectStore } from '../ports/object-store.ts'
import { parseName } from './names.ts'
import { type Problem, notice, problem } from './problem.ts'

export interface Inventory {
  /** Sizes in bytes by sequence. */
  readonly manifests: ReadonlyMap<number, number>
  readonly records: ReadonlyMap<number, number>
  /** Sizes by name. */
  readonly data: ReadonlyMap<string, number>
  readonly keys: ReadonlyMap<string, number>
  /** Of key objects, in order, by `<sequence> <id>`. */
  readonly generations: ReadonlyMap<string, readonly number[]>
  readonly problems: readonly Problem[]
}

/** Of the strangers only so many are named: somebody may have put a million there. */
const NAMED = 20

function strangers(keys: readonly string[], count: number): readonly Problem[] {
  const told = keys.map((key) => {
    const shown = key.length > 200 ? `${key.slice(0, 200)}…` : key
    const message = `${shown} is no object of a repository`
    // Nothing but etcdkeep writes there; a file beside the folders may be anybody's.
    return /^(manifests|records|keys|data)\//.test(key)
      ? problem('unknown-name', message, { object: shown })
      : notice('unknown-name', message, { object: shown })
  })
  return count > told.length
    ? [...told, problem('unknown-name', `and ${count - told.length} more objects of no repository`)]
    : told
}

export async function takeInventory(store: ObjectStore, signal?: AbortSignal): Promise<Inventory> {
  const manifests = new Map<number, number>()
  const records = new Map<number, number>()
  const data = new Map<string, number>()
  const keys = new Map<string, number>()
  const generations = new Map<string, number[]>()
  const strange: string[] = []
  let count = 0
  for await (const { key, size } of store.list('', signal)) {
    const name = parseName(key)
    if (!name) {
      count += 1
      if (strange.length < NAMED) strange.push(key)
    } else if (name.folder === 'manifests') manifests.set(name.sequence, size)
    else if (name.folder === 'records') records.set(name.sequence, size)
    else if (name.folder === 'data') data.set(key, size)
    else {
      keys.set(key, size)
      const owner = `${name.sequence} ${name.id}`
      generations.set(owner, [...(generations.get(owner) ?? []), name.generation])
    }
  }
  return { manifests, records, data, keys, generations, problems: strangers(strange, count) }
}
