// What Prometheus sees of the agent and of the repository it keeps.
import { Counter, Gauge, Registry } from 'prom-client'
import type { AgentEvent } from './job.ts'

/** The repository after the last job, as its manifests and records tell; times in ISO 8601. */
export interface RepositoryState {
  readonly newest?: {
    readonly sequence: number
    readonly created: string
    /** Bytes of the database, and as it is stored. */
    readonly plain: number
    readonly stored: number
  }
  readonly verified?: string
  readonly drilled?: string
  readonly problems: number
}

export interface Metrics {
  on(event: AgentEvent): void
  see(state: RepositoryState): void
  page(): Promise<{ readonly type: string; readonly text: string }>
}

const seconds = (at: string | undefined): number => (at === undefined ? 0 : Date.parse(at) / 1000)

/** `rpo` in milliseconds; ages are counted when somebody asks. */
export function agentMetrics(now: () => Date, rpo: number | undefined): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers })
  const byJob = { labelNames: ['job'], registers } as const
  const runs = new Counter({
    name: 'etcdkeep_job_runs_total',
    help: 'Runs that were started',
    ...byJob,
  })
  const failures = new Counter({
    name: 'etcdkeep_job_failures_total',
    help: 'Runs that failed',
    ...byJob,
  })
  const took = new Gauge({ name: 'etcdkeep_job_duration_seconds', help: 'The last run', ...byJob })
  const success = new Gauge({
    name: 'etcdkeep_job_last_success_timestamp_seconds',
    help: 'End of the last run that passed, since the agent started',
    ...byJob,
  })
  const jumps = new Counter({
    name: 'etcdkeep_clock_jumps_total',
    help: 'Times that the wall clock jumped',
    registers,
  })
  const created = gauge(
    'etcdkeep_snapshot_last_timestamp_seconds',
    'When the newest whole snapshot was saved',
  )
  const verified = gauge(
    'etcdkeep_snapshot_last_verified_timestamp_seconds',
    'When a snapshot was last verified',
  )
  const drilled = gauge(
    'etcdkeep_snapshot_last_drilled_timestamp_seconds',
    'When a snapshot last passed a drill',
  )
  const sequence = gauge('etcdkeep_snapshot_sequence', 'Number of the newest snapshot')
  const problems = gauge('etcdkeep_repository_problems', 'What snapshot list finds wrong')
  const bytes = new Gauge({
    name: 'etcdkeep_snapshot_bytes',
    help: 'Size of the newest snapshot: of the database, and as stored',
    labelNames: ['form'],
    registers,
  })
  let newest: string | undefined
  const age = gauge(
    'etcdkeep_snapshot_age_seconds',
    'Age of the newest whole snapshot; what would be lost now',
  )
  if (rpo !== undefined)
    gauge('etcdkeep_snapshot_rpo_seconds', 'The age that is allowed').set(rpo / 1000)
  return {
    on(event) {
      if (event.kind === 'clock-jumped') return jumps.inc()
      const { job } = event
      if (event.kind === 'started') return runs.inc({ job })
      took.set({ job }, event.ms / 1000)
      if (event.kind === 'failed') failures.inc({ job })
      else success.set({ job }, event.at.getTime() / 1000)
    },
    see(state) {
      newest = state.newest?.created
      created.set(seconds(newest))
      verified.set(seconds(state.verified))
      drilled.set(seconds(state.drilled))
      problems.set(state.problems)
      sequence.set(state.newest?.sequence ?? 0)
      bytes.set({ form: 'database' }, state.newest?.plain ?? 0)
      bytes.set({ form: 'stored' }, state.newest?.stored ?? 0)
    },
    async page() {
      // Where there is no snapshot, its age is beyond every limit.
      age.set(newest === undefined ? Infinity : now().getTime() / 1000 - seconds(newest))
      return { type: registry.contentType, text: await registry.metrics() }
    },
  }
}
