// `etcdkeep agent`: the schedule, until somebody ends it; metrics and a webhook beside it.
import type { AgentEvent } from '../../agent/job.ts'
import { agentMetrics, type Metrics } from '../../agent/metrics.ts'
import { runJobs } from '../../agent/run-jobs.ts'
import type { LoadedConfig } from '../../config/parse-config.ts'
import { parseDuration, showDuration } from '../../core/duration.ts'
import { KeepError } from '../../core/error.ts'
import type { Context } from '../command.ts'
import { findConfig } from '../configuration.ts'
import { alertsOf } from './alerts.ts'
import { jobsOf } from './jobs.ts'

const LISTEN = '127.0.0.1:9180'
const DRAIN = 60_000

export interface AgentResult {
  readonly schema: 'etcdkeep.agent/v1'
  readonly runs: number
  readonly failures: number
}

function told(event: AgentEvent): string {
  const at = event.at.toISOString()
  if (event.kind === 'clock-jumped') return `${at} the clock jumped by ${event.ms} ms`
  if (event.kind === 'started') return `${at} ${event.job} starts`
  const what = event.kind === 'done' ? 'done' : `failed, ${event.failures} in a row`
  const next = event.next.toISOString()
  return `${at} ${event.job} ${what} in ${showDuration(event.ms)}, next ${next}: ${event.summary}`
}

/** A job may go on for a while after the loop was ended. */
function draining(stop: AbortSignal, ms: number): AbortSignal {
  const abort = new AbortController()
  const end = () => setTimeout(() => abort.abort(), ms).unref()
  stop.addEventListener('abort', end, { once: true })
  return abort.signal
}

function serve(loaded: LoadedConfig, metrics: Metrics, { ports }: Context) {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(loaded.config.agent?.listen ?? LISTEN) ?? []
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  return ports.serveText({ host: bare, port: Number(port), path: '/metrics' }, () => metrics.page())
}

async function configOf(given: string | undefined, context: Context): Promise<LoadedConfig> {
  const loaded = await findConfig(given, context.ports.host(), context.environment)
  if (loaded) return loaded
  throw new KeepError('config', 'agent.no-config', 'there is no configuration', {
    hint: 'write /etc/etcdkeep/etcdkeep.yaml, or name one with --config',
  })
}

/** Returns when the signal aborts, and the job that runs has ended. */
export async function runAgent(given: string | undefined, context: Context): Promise<AgentResult> {
  const { ports, signal, progress } = context
  const { clock } = ports
  const loaded = await configOf(given, context)
  const { agent, snapshots } = loaded.config
  const rpo = parseDuration(snapshots?.rpo ?? '')
  const metrics = agentMetrics(() => clock.now(), rpo)
  // What a job is doing is told by its events: a line for each step would fill the journal.
  const quiet = { ...context, progress: { ...progress, step() {} } }
  const jobs = jobsOf(loaded, quiet, (state) => metrics.see(state))
  const alerts = await alertsOf(loaded, context)
  const server = await serve(loaded, metrics, context)
  const counts = { runs: 0, failures: 0 }
  const tell = (event: AgentEvent) => {
    metrics.on(event)
    alerts.tell(event)
    progress.note(told(event))
    if (event.kind === 'started') counts.runs += 1
    if (event.kind === 'failed') counts.failures += 1
  }
  progress.note(`${jobs.map(({ name }) => name).join(', ')}; metrics at ${server.url}`)
  const abort = draining(signal, parseDuration(agent?.drain ?? '') ?? DRAIN)
  try {
    await runJobs(jobs, { clock, chance: Math.random, tell, stop: signal, abort })
  } finally {
    await alerts.idle()
    await server.close()
  }
  return { schema: 'etcdkeep.agent/v1', ...counts }
}
