import { KeepError } from '../../core/error.ts'
import type { Clock } from '../../ports/clock.ts'

/** A clock that stands still but for `sleep`, which moves it on at once. */
export function manualClock(start = '2026-11-21T10:00:00.000Z'): Clock {
  let now = new Date(start).getTime()
  return {
    now: () => new Date(now),
    async sleep(ms, signal) {
      if (signal?.aborted)
        throw new KeepError('cancelled', 'clock.cancelled', 'waiting was cancelled')
      now += ms
    },
  }
}
