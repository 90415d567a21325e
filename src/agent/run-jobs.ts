// One job at a time, when it is due: what was missed is caught up, what fails is tried again, later each time.
import { KeepError, messageOf } from '../core/error.ts'
import type { Clock } from '../ports/clock.ts'
import type { AgentEvent, Job, Outcome } from './job.ts'

const STEP = 60_000
/** What a busy machine may oversleep; a suspended one oversleeps by more, and is told. */
const JUMP = 60_000
const FIRST_RETRY = 60_000
const LAST_RETRY = 3_600_000

export interface AgentRun {
  readonly clock: Clock
  /** From 0 to 1, for jitter. */
  readonly chance: () => number
  readonly tell: (event: AgentEvent) => void
  /** Ends the loop; a job that runs goes on. */
  readonly stop: AbortSignal
  /** Ends the job that runs, too. */
  readonly abort: AbortSignal
}

interface State {
  readonly job: Job
  due: Date
  failures: number
}

const plus = (at: Date, ms: number) => new Date(at.getTime() + ms)

const backOff = (failures: number) => Math.min(FIRST_RETRY * 2 ** (failures - 1), LAST_RETRY)

/** Sleeps in steps, so that a clock that jumped is seen; false where the loop is to end. */
async function waitUntil(due: Date, { clock, tell, stop }: AgentRun): Promise<boolean> {
  for (let now = clock.now(); now < due; now = clock.now()) {
    const ms = Math.min(STEP, due.getTime() - now.getTime())
    try {
      await clock.sleep(ms, stop)
    } catch (thrown) {
      if (stop.aborted) return false
      throw thrown
    }
    const at = clock.now()
    const off = at.getTime() - now.getTime() - ms
    if (Math.abs(off) > JUMP) tell({ kind: 'clock-jumped', at, ms: off })
  }
  return !stop.aborted
}

async function attempt(job: Job, signal: AbortSignal): Promise<Outcome> {
  try {
    return await job.run(signal)
  } catch (thrown) {
    const hint = thrown instanceof KeepError && thrown.hint ? ` (${thrown.hint})` : ''
    return { ok: false, summary: `${messageOf(thrown)}${hint}` }
  }
}

/** When it is next due because somebody has done it; undefined where it is due now, or nobody can tell. */
async function doneElsewhere(job: Job, now: Date, abort: AbortSignal): Promise<Date | undefined> {
  const last = await job.last(abort).catch(() => undefined)
  // A success that is still to come is a wrong clock's: it must not keep the next one away.
  if (!last || last > now) return undefined
  const next = job.schedule.after(last)
  return next > now ? next : undefined
}

async function turn(state: State, run: AgentRun): Promise<void> {
  const { job } = state
  const { clock, tell, abort, chance } = run
  const jitter = () => chance() * job.schedule.jitter
  const elsewhere = await doneElsewhere(job, clock.now(), abort)
  if (elsewhere && state.failures === 0) {
    state.due = plus(elsewhere, jitter())
    return
  }
  const at = clock.now()
  tell({ kind: 'started', job: job.name, at })
  const { ok, summary } = await attempt(job, abort)
  const end = clock.now()
  const ms = end.getTime() - at.getTime()
  if (ok) {
    state.failures = 0
    const next = job.schedule.after(at)
    state.due = plus(next > end ? next : end, jitter())
    tell({ kind: 'done', job: job.name, at: end, summary, ms, next: state.due })
  } else {
    state.failures += 1
    state.due = plus(end, backOff(state.failures))
    const { failures, due: next } = state
    tell({ kind: 'failed', job: job.name, at: end, summary, ms, failures, next })
  }
}

/** Runs until `stop` aborts. Everything is looked at when it starts: what was missed is done at once. */
export async function runJobs(jobs: readonly Job[], run: AgentRun): Promise<void> {
  const start = run.clock.now()
  const states = jobs.map((job): State => ({ job, due: start, failures: 0 }))
  while (!run.stop.aborted) {
    // Of those due at the same time, the first in the list: a snapshot before its verification.
    const [first] = states.toSorted((a, b) => a.due.getTime() - b.due.getTime())
    if (!first || !(await waitUntil(first.due, run))) return
    await turn(first, run)
  }
}
