import { KeepError } from '../core/error.ts'
import type { AskingOptions, MemberQuestions } from '../ports/member-questions.ts'
import type { Candidate } from './model.ts'

/** Whether the member was shown to have all that the cluster had agreed on when the save began. */
export type Freshness =
  | { readonly proven: true; readonly revision: bigint }
  | { readonly proven: false; readonly why: string; readonly revision: bigint }

/**
 * A linearizable read is answered only when this member has applied what the leader had committed. Without a quorum
 * there is none; then the member's own word is all there is. Throws what is neither.
 */
export async function proveFresh(
  members: MemberQuestions,
  { endpoint, status }: Candidate,
  options: AskingOptions,
): Promise<Freshness> {
  try {
    return { proven: true, revision: await members.agreedRevision(endpoint, options) }
  } catch (thrown) {
    options.signal.throwIfAborted()
    if (!(thrown instanceof KeepError) || thrown.kind !== 'unavailable') throw thrown
    return { proven: false, why: thrown.message, revision: status.header.revision }
  }
}
