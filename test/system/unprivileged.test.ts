// What an ordinary user is told of members that run as root.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startCluster } from '../support/cluster.ts'

const asNobody = new URL('../support/as-nobody.ts', import.meta.url).pathname

interface Seen {
  readonly control: string
  readonly verdict: string
  readonly layer?: string
  readonly missing?: string
}

/** Findings on `m1`, by control. */
async function seenByNobody(pid: number | undefined): Promise<ReadonlyMap<string, Seen>> {
  const argv = [
    asNobody,
    'check',
    '--pid',
    String(pid),
    '--manifests',
    '/nonexistent',
    '-o',
    'json',
  ]
  const run = promisify(execFile)(process.execPath, argv, { maxBuffer: 64 << 20 })
  const { stdout } = await run.catch((failed: { stdout: string }) => failed)
  const { findings } = JSON.parse(stdout)
  return new Map(
    findings
      .filter((one: { subject: { name: string } }) => one.subject.name === 'm1')
      .map((one: Seen) => [one.control, one]),
  )
}

const skip = process.getuid?.() === 0 ? false : 'only root can become another user'

test('an open door is proven open without any right on the host', { skip }, async (t) => {
  const cluster = await startCluster(t, { shape: 'wide-open' })
  if (!cluster) return
  const seen = await seenByNobody(cluster.pid('m1'))
  for (const control of ['client-listener-tls', 'client-cert-required', 'anonymous-rpc']) {
    assert.equal(seen.get(control)?.verdict, 'fail', control)
    assert.equal(seen.get(control)?.layer, 'proven', control)
  }
})

test('nothing passes while the environment of the process stays unread', { skip }, async (t) => {
  const cluster = await startCluster(t, {})
  if (!cluster) return
  const seen = await seenByNobody(cluster.pid('m1'))
  const passed = [...seen.values()].filter(({ verdict }) => verdict === 'pass')
  assert.deepEqual(passed, [])
  const doors = seen.get('client-listener-tls')
  assert.equal(doors?.verdict, 'unknown')
  assert.match(doors?.missing ?? '', /root/)
})
