import { KeepError } from '../core/error.ts'
import type { ChunkCipher } from '../ports/chunk-cipher.ts'
import type { KeyUnwrapper } from '../ports/key-service.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import { type ReadOptions, readPlain } from './read-data.ts'
import { readKeys, unwrapDataKey } from './read-keys.ts'
import type { Trust } from './signing-key.ts'
import type { Snapshot } from './snapshot-state.ts'

export interface Opening {
  readonly store: ObjectStore
  readonly cipher: ChunkCipher
  readonly trust: Trust
  readonly unwrappers: readonly KeyUnwrapper[]
}

/**
 * The database of a snapshot of a chain that was read, without etcd's trailing SHA-256 (it is `manifest.plain.sha256`).
 * Throws `not-found` for a pruned one, `denied` (`repository.not-readable`) where no identity opens it, `corrupt` at any
 * byte that is not the one that was saved: what came before may not be used then.
 */
export async function* openSnapshot(
  { store, cipher, trust, unwrappers }: Opening,
  snapshot: Snapshot,
  options: ReadOptions = {},
): AsyncGenerator<Buffer> {
  const { sequence, manifest, pruned } = snapshot
  if (pruned)
    throw new KeepError(
      'not-found',
      'repository.pruned',
      `snapshot ${sequence} was pruned: ${pruned.reason}`,
      {
        hint: 'see which are left with: etcdkeep snapshot list',
      },
    )
  const { signal } = options
  const keys = await readKeys(snapshot, { store, trust, ...(signal && { signal }) })
  const { dataKey, problems } = await unwrapDataKey(snapshot, keys.generations, unwrappers, signal)
  if (!dataKey) {
    const all = [...keys.problems, ...problems]
    const bad = all.find(({ severity }) => severity === 'problem') ?? all[0]
    const [kind, code] =
      bad?.code === 'not-readable'
        ? (['denied', 'not-readable'] as const)
        : (['corrupt', 'keys'] as const)
    throw new KeepError(
      kind,
      `repository.${code}`,
      bad?.message ?? `snapshot ${sequence} has no keys`,
      {
        hint: bad?.hint ?? 'give the file of an identity that it is wrapped for: --identity FILE',
      },
    )
  }
  yield* readPlain({ store, cipher }, manifest, dataKey, options)
}
