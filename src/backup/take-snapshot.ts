// From a cluster to bytes that are known to be good: the best member first, the next one on error.
import { KeepError } from '../core/error.ts'
import {
  attempt,
  type Attempted,
  type Attempting,
  type Receiver,
  type Taken,
  type TakeOptions,
  type TakingPorts,
} from './attempt.ts'
import { lookAtMembers } from './look-at-members.ts'
import type { Candidate, LookedAt, PassedOver } from './model.ts'
import { proveFresh } from './prove-fresh.ts'
import { orderMembers } from './rules/order-members.ts'

/** What another member cannot do better. */
const isFinal = (thrown: unknown): boolean =>
  !(thrown instanceof KeepError) ||
  ['cancelled', 'usage', 'config', 'bug', 'conflict'].includes(thrown.kind) ||
  /^(files|store)\./.test(thrown.code)

class Attempts<R extends Receiver> {
  readonly #attempting: Attempting<R>
  readonly failures: { readonly endpoint: string; readonly error: KeepError }[] = []

  constructor(attempting: Attempting<R>) {
    this.#attempting = attempting
  }

  /** Of the best member, with what became of the others. */
  error(): KeepError | undefined {
    const [first, ...others] = this.failures
    if (!first || others.length === 0) return first?.error
    const { kind, code, message, hint } = first.error
    const rest = others.map(({ error }) => error.message).join('; ')
    return new KeepError(kind, code, `${message}; then ${rest}`, { ...(hint && { hint }) })
  }

  /** Undefined where it failed and another member may do better. */
  async try(
    candidate: Candidate,
    needs: 'proof' | 'nothing',
  ): Promise<Attempted<R> | 'unproven' | undefined> {
    const { members, options } = this.#attempting
    try {
      const fresh = await proveFresh(members, candidate, options)
      if (!fresh.proven && needs === 'proof') return 'unproven'
      return await attempt(this.#attempting, candidate, fresh)
    } catch (thrown) {
      options.signal.throwIfAborted()
      if (isFinal(thrown) || !(thrown instanceof KeepError)) throw thrown
      options.progress.note(thrown.message)
      this.failures.push({ endpoint: candidate.endpoint, error: thrown })
      return undefined
    }
  }
}

const nobody = (passedOver: readonly PassedOver[]): KeepError =>
  new KeepError(
    'unavailable',
    'snapshot.no-member',
    `no member can be read: ${passedOver.map(({ endpoint, why }) => `${endpoint}: ${why}`).join('; ')}`,
    { hint: 'name endpoints of voting members that run, with --endpoints' },
  )

/**
 * `open` makes a receiver for each attempt; it is called again for the next member where one fails. The receiver of the
 * result has all bytes, and nothing of it is recorded yet. Throws KeepError.
 */
export async function takeSnapshot<R extends Receiver>(
  ports: TakingPorts,
  options: TakeOptions,
  open: (candidate: Candidate) => Promise<R>,
): Promise<Taken<R>> {
  const { target, progress } = options
  const members = ports.memberQuestions(target)
  try {
    progress.step('asking the members how they are')
    const seen = await lookAtMembers(members, target.endpoints, options)
    const { candidates, passedOver } = orderMembers(seen)
    if (candidates.length === 0) throw seenTrouble(seen) ?? nobody(passedOver)
    const attempts = new Attempts({ ports, options, members, open })
    const unproven: Candidate[] = []
    const taken = (one: Attempted<R>): Taken<R> => {
      const failed = attempts.failures.map(({ endpoint, error }) => ({
        endpoint,
        why: error.message,
      }))
      return { ...one, passedOver: [...passedOver, ...failed] }
    }
    for (const candidate of candidates) {
      const one = await attempts.try(candidate, 'proof')
      if (one === 'unproven') unproven.push(candidate)
      else if (one) return taken(one)
    }
    // No quorum: what the members have is what there is to save.
    for (const candidate of unproven) {
      const one = await attempts.try(candidate, 'nothing')
      if (one && one !== 'unproven') return taken(one)
    }
    throw attempts.error() ?? nobody(passedOver)
  } finally {
    members.close()
  }
}

/** A refusal says more than that no member could be read. */
const seenTrouble = (seen: readonly LookedAt[]): KeepError | undefined => {
  const troubles = seen.flatMap((one) => ('trouble' in one ? [one.trouble] : []))
  const codes = new Set(troubles.map(({ code }) => code))
  return codes.size === 1 ? troubles[0] : troubles.find(({ kind }) => kind === 'denied')
}
