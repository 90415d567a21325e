import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agentMetrics } from './metrics.ts'

const at = new Date('2026-11-21T10:00:00.000Z')
const newest = { sequence: 41, created: '2026-11-21T09:00:00.000Z', plain: 1000, stored: 100 }

async function lines(metrics: ReturnType<typeof agentMetrics>): Promise<readonly string[]> {
  const { text } = await metrics.page()
  return text.split('\n').filter((line) => !line.startsWith('#'))
}

test('what the repository shows: age against RPO, proofs, sizes', async () => {
  const metrics = agentMetrics(() => at, 86_400_000)
  metrics.see({ newest, verified: '2026-11-21T09:30:00.000Z', problems: 2 })
  const shown = await lines(metrics)
  for (const line of [
    'etcdkeep_snapshot_age_seconds 3600',
    'etcdkeep_snapshot_rpo_seconds 86400',
    'etcdkeep_snapshot_sequence 41',
    'etcdkeep_snapshot_bytes{form="database"} 1000',
    'etcdkeep_snapshot_bytes{form="stored"} 100',
    'etcdkeep_snapshot_last_drilled_timestamp_seconds 0',
    `etcdkeep_snapshot_last_verified_timestamp_seconds ${at.getTime() / 1000 - 1800}`,
    'etcdkeep_repository_problems 2',
  ])
    assert.ok(shown.includes(line), line)
})

test('without a snapshot its age is beyond every limit', async () => {
  const shown = await lines(agentMetrics(() => at, undefined))
  assert.ok(shown.includes('etcdkeep_snapshot_age_seconds +Inf'), shown.join('\n'))
})

test('runs and failures are counted by job', async () => {
  const metrics = agentMetrics(() => at, undefined)
  const failed = { job: 'save', at, summary: 'it is down', ms: 1500, failures: 1, next: at }
  metrics.on({ kind: 'started', job: 'save', at })
  metrics.on({ kind: 'failed', ...failed })
  metrics.on({ kind: 'clock-jumped', at, ms: 1 })
  const shown = await lines(metrics)
  for (const line of [
    'etcdkeep_job_runs_total{job="save"} 1',
    'etcdkeep_job_failures_total{job="save"} 1',
    'etcdkeep_job_duration_seconds{job="save"} 1.5',
    'etcdkeep_clock_jumps_total 1',
  ])
    assert.ok(shown.includes(line), line)
})
