// `etcdkeep agent` by a configuration file: a real member, a repository on disk, metrics and a webhook.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { etcdBinaries } from '../../src/adapters/binaries/etcd-binaries.ts'
import { keyServices } from '../../src/adapters/key-service/key-services.ts'
import { nodeLoopback } from '../../src/adapters/loopback/node-loopback.ts'
import { commands } from '../../src/cli/commands/index.ts'
import { run } from '../../src/cli/run.ts'
import { newSigningKey } from '../../src/repository/signing-key.ts'
import { wire } from '../../src/wiring.ts'
import { eventually } from '../support/eventually.ts'
import { startOneMember } from '../support/one-member.ts'
import { scratch } from '../support/saving.ts'
import { session } from '../support/session.ts'

/** An agent in this process; `stop` is what SIGTERM does. */
function startAgent(config: string) {
  const stop = new AbortController()
  let err = ''
  const ended = run(['agent', '--config', config], {
    index: commands,
    ports: wire,
    around: {
      stdout: { write() {} },
      stderr: { write: (text: string) => (err += text) },
      environment: {},
      signal: stop.signal,
    },
  })
  return {
    log: () => err,
    async stop() {
      stop.abort()
      return ended
    },
  }
}

async function receiver(t: TestContext) {
  const got: { event: string; job: string; signed: boolean }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      const { event, job } = JSON.parse(body) as { event: string; job: string }
      got.push({ event, job, signed: request.headers['etcdkeep-signature'] !== undefined })
      response.end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, got }
}

const [binary] = (await etcdBinaries()).slice(-1)

test('what was missed is done at once, seen in the metrics, and not done again by the next agent', async (t) => {
  assert.ok(binary)
  const member = await startOneMember(binary)
  t.after(() => member.stop())
  const directory = await scratch(t)
  const at = (name: string) => join(directory, name)
  const { publicKey, pem } = newSigningKey()
  const { text, recipient } = await keyServices().newIdentity()
  const [port] = await nodeLoopback().freePorts(1)
  const hook = await receiver(t)
  await mkdir(at('backups'), { mode: 0o700 })
  await writeFile(at('signing.pem'), pem.reveal(), { mode: 0o600 })
  await writeFile(at('identity.txt'), text.reveal(), { mode: 0o600 })
  await writeFile(at('hook.secret'), 'MARKER-0123456789abcdef\n', { mode: 0o600 })
  const config = {
    cluster: {
      endpoints: [member.endpoint],
      cacert: member.files.ca,
      cert: member.files.certificate,
      key: { file: member.files.key },
    },
    snapshots: {
      stores: ['backups'],
      trust: [publicKey.text],
      signingKey: { file: 'signing.pem' },
      recipients: [recipient],
      identities: ['identity.txt'],
      anchors: ['anchor.json'],
      rpo: '1h',
      retention: { last: 3 },
      schedule: {
        save: { every: '1h' },
        verify: { cron: '30 2 * * *' },
        prune: { every: '1d' },
      },
    },
    agent: { listen: `127.0.0.1:${port}` },
    webhook: { url: hook.url, secret: { file: 'hook.secret' } },
  }
  await writeFile(at('etcdkeep.yaml'), JSON.stringify(config))

  const agent = startAgent(at('etcdkeep.yaml'))
  await eventually('all three are done', () => /prune done/.test(agent.log()))
  const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  for (const line of [
    'etcdkeep_snapshot_sequence 1',
    'etcdkeep_job_runs_total{job="save"} 1',
    'etcdkeep_job_runs_total{job="verify"} 1',
    'etcdkeep_repository_problems 0',
    'etcdkeep_snapshot_rpo_seconds 3600',
  ])
    assert.ok(page.includes(line), `${line}\n${page}`)
  assert.match(page, /etcdkeep_snapshot_last_verified_timestamp_seconds [1-9]/)
  assert.equal(await agent.stop(), 0)
  assert.deepEqual(hook.got, [])

  const listed = await session(['snapshot', 'list', '--config', at('etcdkeep.yaml'), '-o', 'json'])
  assert.equal(listed.code, 0, listed.err)
  const { snapshots } = JSON.parse(listed.out) as { snapshots: { verified?: { depth: string } }[] }
  assert.deepEqual(
    snapshots.map(({ verified }) => verified?.depth),
    ['opened'],
  )

  // A second agent sees in the repository what was done; the prune leaves no trace there.
  const second = startAgent(at('etcdkeep.yaml'))
  await eventually('the second prunes', () => /prune done/.test(second.log()))
  assert.doesNotMatch(second.log(), /save starts|verify starts/)
  assert.equal(await second.stop(), 0)
  assert.doesNotMatch(agent.log() + second.log() + page, /MARKER|AGE-SECRET/)
})

test('a failure goes to the webhook, signed; the agent goes on until it is ended', async (t) => {
  const directory = await scratch(t)
  const hook = await receiver(t)
  const [port, nobody] = await nodeLoopback().freePorts(2)
  const { publicKey, pem } = newSigningKey()
  await writeFile(join(directory, 'signing.pem'), pem.reveal(), { mode: 0o600 })
  await writeFile(join(directory, 'hook.secret'), 'MARKER-0123456789abcdef', { mode: 0o600 })
  await mkdir(join(directory, 'backups'))
  const config = {
    cluster: { endpoints: [`http://127.0.0.1:${nobody}`] },
    snapshots: {
      stores: ['backups'],
      trust: [publicKey.text],
      signingKey: { file: 'signing.pem' },
      recipients: [(await keyServices().newIdentity()).recipient],
      schedule: { save: { every: '1h' } },
    },
    agent: { listen: `127.0.0.1:${port}` },
    webhook: { url: hook.url, secret: { file: 'hook.secret' } },
  }
  await writeFile(join(directory, 'etcdkeep.yaml'), JSON.stringify(config))
  const agent = startAgent(join(directory, 'etcdkeep.yaml'))
  await eventually('the webhook was told', () => hook.got.length > 0)
  assert.deepEqual(hook.got, [{ event: 'failed', job: 'save', signed: true }])
  assert.equal(await agent.stop(), 0)
  assert.doesNotMatch(agent.log(), /MARKER/)
})

test('nothing scheduled, and no configuration, are told at the start', async (t) => {
  const file = join(await scratch(t), 'etcdkeep.yaml')
  await writeFile(file, 'snapshots: { stores: [/backups] }')
  const idle = await session(['agent', '--config', file])
  assert.deepEqual([idle.code, /nothing is scheduled/.test(idle.err)], [2, true])
  const none = await session(['agent', '--config', `${file}.none`])
  assert.equal(none.code, 2)
})
