import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '../adapters/clock/manual.ts'
import { KeepError } from '../core/error.ts'
import type { Clock } from '../ports/clock.ts'
import type { AgentEvent, Job } from './job.ts'
import { type AgentRun, runJobs } from './run-jobs.ts'
import { scheduleOf } from './schedule.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = '2026-11-21T10:00:00.000Z'

/** A job that takes a minute; `fails` says of which runs. */
function job(
  name: string,
  schedule: Parameters<typeof scheduleOf>[1],
  clock: Clock,
  fails: (turn: number) => boolean = () => false,
): Job & { readonly at: string[] } {
  const at: string[] = []
  let last: Date | undefined
  return {
    name,
    at,
    schedule: scheduleOf(name, schedule),
    last: async () => last,
    async run() {
      const began = clock.now()
      at.push(began.toISOString().slice(5, 16))
      await clock.sleep(60_000)
      if (fails(at.length)) throw new KeepError('unavailable', 'store.down', 'it is down')
      last = began
      return { ok: true, summary: 'fine' }
    },
  }
}

/** Lets the jobs run for so long, with a clock that jumps over every sleep. */
async function letRun(clock: Clock, ms: number, jobs: readonly Job[], chance = 0) {
  const stop = new AbortController()
  const end = clock.now().getTime() + ms
  const events: AgentEvent[] = []
  const run: AgentRun = {
    clock: {
      now: () => clock.now(),
      async sleep(ms, signal) {
        if (clock.now().getTime() >= end) stop.abort()
        await clock.sleep(ms, signal)
      },
    },
    chance: () => chance,
    tell: (event) => events.push(event),
    stop: stop.signal,
    abort: new AbortController().signal,
  }
  await runJobs(jobs, run)
  return events
}

test('a week of schedule: at once what was missed, then every period, cron in UTC', async () => {
  const clock = manualClock(START)
  const save = job('save', { every: '6h' }, clock)
  const verify = job('verify', { cron: '30 2 * * *' }, clock)
  await letRun(clock, 7 * DAY - HOUR, [save, verify])
  assert.deepEqual(save.at.slice(0, 3), ['11-21T10:00', '11-21T16:00', '11-21T22:00'])
  assert.deepEqual(verify.at.slice(0, 3), ['11-21T10:01', '11-22T02:30', '11-23T02:30'])
  assert.equal(save.at.length, 28)
  assert.equal(verify.at.length, 8)
})

test('a failure is tried again, later each time, and told; a success ends it', async () => {
  const clock = manualClock(START)
  const save = job('save', { every: '1d' }, clock, (turn) => turn <= 3)
  const events = await letRun(clock, 2 * HOUR, [save])
  assert.deepEqual(save.at, ['11-21T10:00', '11-21T10:02', '11-21T10:05', '11-21T10:10'])
  assert.deepEqual(
    events.flatMap((one) => (one.kind === 'failed' ? [[one.failures, one.summary]] : [])),
    [
      [1, 'it is down'],
      [2, 'it is down'],
      [3, 'it is down'],
    ],
  )
})

test('it never waits longer than an hour to try again', async () => {
  const clock = manualClock(START)
  const save = job('save', { every: '7d' }, clock, () => true)
  await letRun(clock, DAY, [save])
  assert.ok(save.at.length >= 24, String(save.at.length))
})

test('what another has done is not done again', async () => {
  const clock = manualClock(START)
  const mine = job('save', { every: '6h' }, clock)
  const seen = new Date(Date.parse(START) - HOUR)
  const watched: Job = { ...mine, last: async () => seen }
  await letRun(clock, 4 * HOUR, [watched])
  assert.deepEqual(mine.at, [])
  await letRun(clock, 2 * HOUR, [watched])
  assert.deepEqual(mine.at, ['11-21T15:00'])
})

test('a snapshot from the future keeps nobody from saving', async () => {
  const clock = manualClock(START)
  const mine = job('save', { every: '6h' }, clock)
  const future: Job = { ...mine, last: async () => new Date(Date.parse(START) + 30 * DAY) }
  await letRun(clock, HOUR, [future])
  assert.deepEqual(mine.at, ['11-21T10:00'])
})

test('two jobs never overlap', async () => {
  const clock = manualClock(START)
  const events = await letRun(clock, DAY, [
    job('save', { every: '1h' }, clock),
    job('verify', { every: '1h' }, clock),
  ])
  let open = 0
  for (const { kind } of events) {
    open += kind === 'started' ? 1 : kind === 'clock-jumped' ? 0 : -1
    assert.ok(open === 0 || open === 1)
  }
})

test('jitter is added to the time of the next run', async () => {
  const clock = manualClock(START)
  const save = job('save', { every: '6h', jitter: '10m' }, clock)
  await letRun(clock, 13 * HOUR, [save], 0.5)
  assert.deepEqual(save.at.slice(0, 2), ['11-21T10:00', '11-21T16:05'])
})

test('a clock that jumps is an alarm', async () => {
  const manual = manualClock(START)
  let skew = 0
  const clock: Clock = {
    now: () => new Date(manual.now().getTime() + skew),
    async sleep(ms, signal) {
      await manual.sleep(ms, signal)
      if (manual.now().getTime() === Date.parse(START) + 2 * HOUR) skew = -HOUR
    },
  }
  const events = await letRun(clock, 5 * HOUR, [job('save', { every: '6h' }, manual)])
  assert.deepEqual(
    events.flatMap((one) => (one.kind === 'clock-jumped' ? [one.ms] : [])),
    [-HOUR],
  )
})

const WRONG = [{}, { every: '6h', cron: '* * * * *' }, { every: '1s' }, { cron: '61 * * * *' }]
for (const text of [...WRONG, { cron: 'often' }, { cron: '0 0 31 2 *' }])
  test(`no schedule: ${JSON.stringify(text)}`, () => {
    assert.throws(() => scheduleOf('save', text), { code: 'schedule.invalid' })
  })
