import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { DemoResult } from '../../src/lab/demo/run-demo.ts'
import { binariesFor } from '../support/cluster.ts'

const cli = join(import.meta.dirname, '../../src/cli/main.ts')

/** The demonstration with a temporary directory of its own, so that what it leaves can be seen. */
async function start(t: TestContext) {
  const place = await mkdtemp(join(tmpdir(), 'demo-test-'))
  t.after(() => rm(place, { recursive: true, force: true }))
  const report = join(place, 'report.html')
  const child = spawn(process.execPath, [cli, 'demo', '-o', 'json', '--report', report], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: place },
  })
  t.after(() => child.kill('SIGKILL'))
  return { place, report, child }
}

test('the demonstration shuts every door, loses no write, and leaves its report alone behind', async (t) => {
  if (!(await binariesFor(t))) return
  const { place, report, child } = await start(t)
  let [out, told] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()))
  const [status] = (await once(child, 'close')) as [number]
  assert.equal(status, 0, told)
  const result = JSON.parse(out) as DemoResult
  assert.equal(result.breakIn.before.read, true)
  assert.equal(result.breakIn.after.length, 6)
  assert.deepEqual(result.stillOpen, [])
  assert.equal(result.writes.lost, 0)
  assert.equal(result.writes.requests, result.writes.acknowledged)
  assert.ok(result.writes.acknowledged > 0)
  assert.ok(
    result.before.findings.some(
      (one) => one.control === 'client-listener-tls' && one.verdict === 'fail',
    ),
  )
  const doors = result.after.findings.filter((one) => one.control === 'client-listener-tls')
  assert.deepEqual(
    doors.map(({ verdict, layer }) => `${verdict} ${layer}`),
    Array(3).fill('pass proven'),
  )
  assert.match(told, /\+ {4}- --listen-client-urls=https:/)
  assert.match(await readFile(report, 'utf8'), /requests lost/)
  assert.deepEqual(await readdir(place), ['report.html'])
})

test('interrupted, it stops its members and removes what it made', async (t) => {
  if (!(await binariesFor(t))) return
  const { place, child } = await start(t)
  child.stderr.on('data', (chunk: Buffer) => {
    if (chunk.toString().includes('restart ')) child.kill('SIGINT')
  })
  const [status] = (await once(child, 'close')) as [number]
  assert.equal(status, 130)
  assert.deepEqual(await readdir(place), [])
  const commands = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  assert.deepEqual(
    commands.filter((line) => line.includes(place)),
    [],
  )
})
