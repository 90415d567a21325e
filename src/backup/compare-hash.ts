// HashKV of the member that was read, against what its bytes came to here.
import { KeepError } from '../core/error.ts'
import type { HashResult } from '../ports/etcd.ts'
import type { MemberQuestions } from '../ports/member-questions.ts'
import type { HashKv } from '../repository/model.ts'

/** Reads every revision that the member holds. */
const HASH_MS = 120_000

export type HashCompared = HashKv | { readonly missing: string }

interface Asked {
  readonly endpoint: string
  readonly revision: bigint
  readonly signal: AbortSignal
}

async function ask(
  members: MemberQuestions,
  { endpoint, revision, signal }: Asked,
): Promise<HashResult | string> {
  try {
    const options = { signal, timeoutMs: HASH_MS }
    return await members.hashKv(endpoint, revision, options)
  } catch (thrown) {
    signal.throwIfAborted()
    if (!(thrown instanceof KeepError)) throw thrown
    if (thrown.code === 'etcd.compacted') return 'the member was compacted meanwhile'
    return thrown.message
  }
}

/**
 * What the member said where it is the same as what its bytes say; why there is nothing to compare where there is not.
 * Throws `corrupt` (`snapshot.other-content`) where they differ: what the member serves is not what it streamed.
 */
export async function compareHash(
  members: MemberQuestions,
  asked: Asked,
  own: HashCompared,
): Promise<HashCompared> {
  if ('missing' in own) return own
  const said = await ask(members, asked)
  if (typeof said === 'string') return { missing: said }
  if (said.compactRevision.toString() !== own.compactRevision)
    return { missing: 'the member was compacted meanwhile' }
  if (said.hash === own.hash) return own
  const { endpoint, revision } = asked
  throw new KeepError(
    'corrupt',
    'snapshot.other-content',
    `${endpoint}: HashKV at revision ${revision} is ${said.hash}, but the snapshot it sent comes to ${own.hash}`,
    {
      hint: 'compare HashKV of all members: this one may be corrupt; the snapshot is not recorded',
    },
  )
}
