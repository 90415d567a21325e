import type { Schedule } from './schedule.ts'

/** What a run came to: bad news that the work itself told is a failure too. */
export interface Outcome {
  readonly ok: boolean
  /** One sentence. */
  readonly summary: string
}

export interface Job {
  readonly name: string
  readonly schedule: Schedule
  /** When it was last done by anybody, as the repository tells; undefined = never, or it leaves no trace. */
  last(signal: AbortSignal): Promise<Date | undefined>
  run(signal: AbortSignal): Promise<Outcome>
}

/** What happens, for metrics, log and webhook. Times are those of the clock that is given. */
export type AgentEvent =
  | { readonly kind: 'started'; readonly job: string; readonly at: Date }
  | {
      readonly kind: 'done'
      readonly job: string
      readonly at: Date
      readonly summary: string
      readonly ms: number
      readonly next: Date
    }
  | {
      readonly kind: 'failed'
      readonly job: string
      readonly at: Date
      readonly summary: string
      readonly ms: number
      /** How often in a row. */
      readonly failures: number
      readonly next: Date
    }
  /** Wall clock and time that passed disagree by so many milliseconds. */
  | { readonly kind: 'clock-jumped'; readonly at: Date; readonly ms: number }
