import { setTimeout } from 'node:timers/promises'
import { KeepError } from '../../core/error.ts'
import type { Clock } from '../../ports/clock.ts'

export const systemClock = (): Clock => ({
  now: () => new Date(),
  async sleep(ms, signal) {
    try {
      await setTimeout(ms, undefined, signal && { signal })
    } catch (cause) {
      throw new KeepError('cancelled', 'clock.cancelled', 'waiting was cancelled', { cause })
    }
  },
})
