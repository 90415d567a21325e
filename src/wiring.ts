// Composition root: the only place that names adapters.
import { systemClock } from './adapters/clock/system.ts'
import type { Ports } from './ports/ports.ts'

export const wire = (): Ports => ({
  clock: systemClock(),
})
