// etcd's own tool on a snapshot, and a throw-away etcd on what it made: every version that can be had.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { restoreMember, restoreTool, startThrowAway } from '../../src/backup/restore-member.ts'
import { wire } from '../../src/wiring.ts'
import { binariesFor } from '../support/cluster.ts'
import { startOneMember } from '../support/one-member.ts'
import { session } from '../support/session.ts'

const ports = wire()
const { signal } = new AbortController()

for (const version of ['3.4.23', '3.5.16', '3.5.30'])
  test(`a snapshot of ${version} becomes a data directory that starts`, async (t) => {
    const [binary] = (await binariesFor(t, [version])) ?? []
    if (!binary) return
    const directory = await ports.files.makeTemporaryDirectory('etcdkeep-test-')
    t.after(() => ports.files.remove(directory))
    const source = await startOneMember(binary, { tls: false })
    t.after(() => source.stop())
    for (const name of ['a', 'b', 'c'])
      await source.etcd.kv.put({
        key: Buffer.from(`/registry/x/${name}`),
        value: Buffer.from(name),
      })
    const file = join(directory, 'etcd.db')
    const saved = await session([
      'snapshot',
      'save',
      '--output',
      file,
      '--endpoints',
      source.endpoint,
    ])
    assert.equal(saved.code, 0, saved.err)
    const before = await source.etcd.maintenance.hashKv(source.endpoint)

    const log = join(directory, 'log')
    const tool = await restoreTool(ports, binary, log, signal)
    assert.equal(tool.bumps, version !== '3.4.23')
    const [clientPort = 0, peerPort = 0] = await ports.loopback.freePorts(2)
    const member = { name: 'again', peerUrls: [`http://127.0.0.1:${peerPort}`] }
    const restore = {
      tool,
      file,
      member,
      cluster: [member],
      token: 'fresh',
      dataDirectory: join(directory, 'data'),
      log,
      signal,
    }
    await restoreMember(ports, restore)
    const { dataDirectory } = restore
    const on = { program: binary.etcd, member, dataDirectory, clientPort, log, signal }
    const started = await startThrowAway(ports, on)
    t.after(() => started.stop())
    const after = await started.etcd.maintenance.hashKv(started.endpoint, before.header.revision)
    assert.equal(after.hash, before.hash)
    await assert.rejects(restoreMember(ports, restore), { code: 'restore.refused' })
  })
