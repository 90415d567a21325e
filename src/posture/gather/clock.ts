// How far a member's clock is from ours, by the Date header of its client port.
import type { HttpQuestion, Prober, Transport } from '../../ports/prober.ts'
import { doorOf } from './door.ts'
import type { RpcQuestion } from './rpc.ts'

/** The header tells whole seconds, cut off: on average half a second is lost. */
const CUT_MS = 500
const VERSION: HttpQuestion = { method: 'GET', path: '/version' }

/** Milliseconds ahead of ours; undefined where no time was sent. */
export async function clockOffset(
  prober: Prober,
  question: Pick<RpcQuestion, 'endpoints' | 'credentials' | 'signal' | 'now'>,
): Promise<number | undefined> {
  const { certificate, key } = question.credentials ?? {}
  const shown = certificate !== undefined && key ? { credential: { certificate, key } } : {}
  for (const endpoint of question.endpoints) {
    const door = doorOf(endpoint)
    if (!door.known) continue
    const transport: Transport = endpoint.startsWith('https:')
      ? { tls: true, ...shown }
      : { tls: false }
    const before = question.now().getTime()
    const { headers } = await prober.http(door.value, transport, VERSION, question.signal)
    const theirs = Date.parse(headers?.['date'] ?? '')
    if (Number.isNaN(theirs)) continue
    return Math.round(theirs + CUT_MS - (before + question.now().getTime()) / 2)
  }
  return undefined
}
