// Counts the rows of a whole keyspace by the way they are stored; from a member or from a snapshot.
import { KeepError, messageOf } from '../../core/error.ts'
import { known, missing, valueOf, type Fact } from '../../core/fact.ts'
import { setting } from '../../effective/model.ts'
import { KeyspaceTally, type TallyOptions } from '../../encryption/keyspace-tally.ts'
import { HEAD_BYTES, type KnownName } from '../../encryption/rules/stored-row.ts'
import type { KeyspaceFacts } from '../facts/keyspace.ts'
import { encryptionsOf } from '../rules/encryption-state.ts'
import type { Apiserver } from '../observation.ts'

/** Bytes of one row; valid until the visitor returns. */
export type VisitRow = (key: Uint8Array, value: Uint8Array) => void

/** Something that holds a keyspace at one revision. */
export interface RowSource {
  /** `member m1`, `snapshot /backup/etcd.db` */
  readonly name: string
  /** What would help where it cannot be read. */
  readonly access: string
  /** Calls the visitor for each live row once, in any order. Throws KeepError. */
  read(visit: VisitRow, signal: AbortSignal): Promise<{ readonly revision: bigint }>
}

/** Prefixes and key names that the API servers know; they make the rows' own names certain. */
export function tallyOptions(
  apiservers: readonly Pick<Apiserver, 'running' | 'declared' | 'encryption' | 'declaredFiles'>[],
): TallyOptions {
  const launches = apiservers.flatMap(({ running, declared }) => [
    valueOf(running),
    valueOf(declared),
  ])
  const prefixes = launches.flatMap((one) => (one && setting(one, 'etcd-prefix')) ?? [])
  const providers = apiservers
    .flatMap(encryptionsOf)
    .flatMap((encryption) => valueOf(encryption)?.resources ?? [])
    .flatMap((entry) => entry.providers)
  const names = providers.flatMap(({ kind, kms, keys }): KnownName[] => {
    if (kms) return [{ provider: kms.apiVersion === 'v1' ? 'kms-v1' : 'kms-v2', name: kms.name }]
    return kind === 'identity' || kind === 'kms'
      ? []
      : keys.map(({ name }) => ({ provider: kind, name }))
  })
  return { prefixes: prefixes.map((one) => `/${one.replace(/^\/+/, '')}`), names }
}

/** What helps where a member does not let its rows be read. */
export const CLIENT_ACCESS =
  'an etcd client certificate or user that may read every key (--cert, --key, --cacert)'

/** Reads everything once, in constant memory. What fails becomes a missing fact; only an abort throws. */
export async function keyspaceFacts(
  source: RowSource,
  options: TallyOptions,
  signal: AbortSignal,
): Promise<Fact<KeyspaceFacts>> {
  const tally = new KeyspaceTally(options)
  try {
    const { revision } = await source.read(
      (key, value) => tally.add(key, value.subarray(0, HEAD_BYTES)),
      signal,
    )
    return known({ source: source.name, revision: String(revision), ...tally.result() })
  } catch (thrown) {
    if (signal.aborted) throw thrown
    const closed = thrown instanceof KeepError && ['denied', 'unavailable'].includes(thrown.kind)
    const why = `the rows of ${source.name} could not be read: ${messageOf(thrown)}`
    return closed ? missing(why, source.access) : missing(why)
  }
}
