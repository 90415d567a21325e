import type { Clock } from './clock.ts'

/** Everything that commands may ask of the outside; src/wiring.ts puts real adapters in. */
export interface Ports {
  readonly clock: Clock
}
