import { KeepError } from '../../core/error.ts'
import type { PostWebhook } from '../../ports/webhook.ts'

const LONGEST = 10_000

/** Follows no redirect: what is signed is for that address alone. */
export const fetchWebhook: PostWebhook = async (url, { body, headers }, signal) => {
  const { host = 'the webhook' } = URL.parse(url) ?? {}
  const failed = (why: string, cause?: unknown) =>
    new KeepError('unavailable', 'webhook.failed', `the webhook at ${host}: ${why}`, {
      hint: 'see whether its address is right and reachable',
      cause,
    })
  const limit = AbortSignal.timeout(LONGEST)
  const until = signal ? AbortSignal.any([signal, limit]) : limit
  let response: Response
  try {
    response = await fetch(url, { method: 'POST', body, headers, redirect: 'error', signal: until })
  } catch (thrown) {
    throw failed('nobody takes the message', thrown)
  }
  await response.body?.cancel()
  if (!response.ok) throw failed(`HTTP ${response.status}`)
}
