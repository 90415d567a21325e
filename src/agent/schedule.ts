// When something is due next: a period, or cron in UTC.
import { Cron } from 'croner'
import { parseDuration } from '../core/duration.ts'
import { KeepError } from '../core/error.ts'

export interface ScheduleText {
  /** `6h`; counted from the last success. */
  readonly every?: string | undefined
  /** Five fields, UTC. */
  readonly cron?: string | undefined
  /** Up to so much is added by chance, so that many clusters do not meet at one store. */
  readonly jitter?: string | undefined
}

export interface Schedule {
  /** The first time after `last`. */
  after(last: Date): Date
  /** Milliseconds. */
  readonly jitter: number
}

const wrong = (name: string, why: string): KeepError =>
  new KeepError('config', 'schedule.invalid', `the schedule of ${name}: ${why}`, {
    hint: 'for example { every: 6h, jitter: 5m } or { cron: "30 2 * * *" }',
  })

function periodic(name: string, every: string, jitter: number): Schedule {
  const period = parseDuration(every) ?? 0
  if (period < 60_000) throw wrong(name, 'less than a minute is no schedule')
  return { jitter, after: (last) => new Date(last.getTime() + period) }
}

function cronLike(name: string, pattern: string, jitter: number): Schedule {
  const parsed = () => {
    try {
      return new Cron(pattern, { mode: '5-part', timezone: 'UTC', paused: true })
    } catch {
      throw wrong(name, `${JSON.stringify(pattern)} is no cron pattern of five fields`)
    }
  }
  const cron = parsed()
  if (!cron.nextRun(new Date(0))) throw wrong(name, `${JSON.stringify(pattern)} never comes`)
  return {
    jitter,
    after(last) {
      const next = cron.nextRun(last)
      if (!next) throw wrong(name, `${JSON.stringify(pattern)} never comes again`)
      return next
    },
  }
}

/** Throws `config` for what is no schedule. */
export function scheduleOf(name: string, text: ScheduleText): Schedule {
  const jitter = text.jitter === undefined ? 0 : (parseDuration(text.jitter) ?? 0)
  if ((text.every === undefined) === (text.cron === undefined))
    throw wrong(name, 'either every or cron is wanted')
  return text.every === undefined
    ? cronLike(name, text.cron ?? '', jitter)
    : periodic(name, text.every, jitter)
}
