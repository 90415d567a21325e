// What the webhook gets: signed, so that its receiver knows who speaks, and when.
import { createHmac } from 'node:crypto'
import type { Secret } from '../core/secret.ts'
import type { AgentEvent } from './job.ts'

export interface Message {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** Only what somebody should know of: failures, the success after one, and a clock that jumped. */
export interface News {
  readonly schema: 'etcdkeep.agent-event/v1'
  readonly event: 'failed' | 'recovered' | 'clock-jumped'
  readonly job?: string
  readonly at: string
  readonly summary: string
}

/** Remembers which jobs failed, to tell when they are fine again. */
export function newsTeller(): (event: AgentEvent) => News | undefined {
  const failing = new Set<string>()
  const news = (event: News['event'], at: Date, summary: string, job?: string): News => ({
    schema: 'etcdkeep.agent-event/v1',
    event,
    ...(job !== undefined && { job }),
    at: at.toISOString(),
    summary,
  })
  return (event) => {
    if (event.kind === 'clock-jumped') {
      const seconds = Math.round(event.ms / 1000)
      return news('clock-jumped', event.at, `the clock of this machine jumped by ${seconds} s`)
    }
    if (event.kind === 'failed') {
      failing.add(event.job)
      return news('failed', event.at, event.summary, event.job)
    }
    if (event.kind === 'done' && failing.delete(event.job))
      return news('recovered', event.at, event.summary, event.job)
    return undefined
  }
}

/** HMAC-SHA-256 over `<seconds>.<body>`, in hex: `etcdkeep-signature: t=1763719200,v1=…`. */
export function signMessage(news: News, secret: Secret, now: Date): Message {
  const body = JSON.stringify(news)
  const seconds = Math.floor(now.getTime() / 1000)
  const mac = createHmac('sha256', secret.reveal()).update(`${seconds}.${body}`).digest('hex')
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'etcdkeep-signature': `t=${seconds},v1=${mac}`,
    },
  }
}
