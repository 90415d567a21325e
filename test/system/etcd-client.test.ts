// The typed client and the bulk scan against every real etcd at hand.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { installedEtcds } from '../../src/adapters/binaries/etcd-binaries.ts'
import { grpcEtcd } from '../../src/adapters/etcd/connector.ts'
import { ownKeyspaceScanner } from '../../src/adapters/keyspace/scanner.ts'
import { KeepError } from '../../src/core/error.ts'
import { Secret } from '../../src/core/secret.ts'
import { clusterFacts } from '../../src/posture/gather/cluster.ts'
import { anonymousMatrix, memberStatus, type RpcQuestion } from '../../src/posture/gather/rpc.ts'
import { startOneMember, type OneMember } from '../support/one-member.ts'

const bytes = (text: string) => Buffer.from(text)
const code = (wanted: string) => (thrown: unknown) =>
  thrown instanceof KeepError && thrown.code === wanted
const binaries = await installedEtcds()
const question = (member: OneMember): RpcQuestion => ({
  endpoints: [member.endpoint],
  timeoutMs: 5000,
  signal: new AbortController().signal,
  now: () => new Date(),
})

for (const binary of binaries)
  describe(`etcd ${binary.version} over mutual TLS`, () => {
    let member: OneMember
    before(async () => {
      member = await startOneMember(binary)
    })
    after(() => member.stop())

    test('reads, writes, compares, deletes', async () => {
      const { kv } = member.etcd
      await kv.put({ key: bytes('a'), value: bytes('1') })
      const read = await kv.range({ key: bytes('a') })
      assert.equal(Buffer.from(read.kvs[0]?.value ?? []).toString(), '1')
      const done = await kv.txn({
        compare: [{ key: bytes('a'), is: 'equal', target: 'value', to: bytes('1') }],
        success: [{ put: { key: bytes('b'), value: bytes('2') } }, { range: { key: bytes('b') } }],
      })
      assert.equal(done.succeeded, true)
      assert.equal((await kv.delete({ key: bytes('a'), rangeEnd: bytes('c') })).deleted, 2n)
    })

    test('says what it is, fails over, and takes no stranger', async () => {
      const { etcd, endpoint, target } = member
      assert.equal((await etcd.maintenance.status(endpoint)).version, binary.version)
      assert.equal((await etcd.cluster.memberList())[0]?.name, 'm1')
      const two = grpcEtcd().connect({ ...target, endpoints: ['https://127.0.0.1:1', endpoint] })
      assert.equal(
        (await two.kv.put({ key: bytes('f'), value: bytes('') })).header.revision > 0n,
        true,
      )
      two.close()
      const { cert: _, key: __, ...stranger } = target.tls ?? {}
      const nobody = grpcEtcd().connect({ endpoints: [endpoint], tls: stranger })
      await assert.rejects(nobody.kv.range({ key: bytes('a') }), code('etcd.certificate-refused'))
      nobody.close()
      const distrusting = grpcEtcd().connect({ endpoints: [endpoint] })
      await assert.rejects(distrusting.kv.range({ key: bytes('a') }), code('etcd.server-untrusted'))
      distrusting.close()
    })

    test('watches, and says when the past is gone', async () => {
      const { etcd } = member
      const seen: string[] = []
      for await (const batch of etcd.watch({ key: bytes('w') })) {
        if (batch.events.length === 0) await etcd.kv.put({ key: bytes('w'), value: bytes('x') })
        seen.push(...batch.events.map((event) => event.type))
        if (seen.length > 0) break
      }
      assert.deepEqual(seen, ['put'])
      const { revision } = (await etcd.kv.put({ key: bytes('w'), value: bytes('y') })).header
      await etcd.kv.compact(revision)
      const old = etcd.watch({ key: bytes('w'), startRevision: 1n })[Symbol.asyncIterator]()
      await assert.rejects(async () => {
        while (!(await old.next()).done);
      }, code('etcd.compacted'))
    })

    test('leases and snapshots', async () => {
      const { etcd, endpoint } = member
      const lease = await etcd.lease.grant(600n)
      assert.equal((await etcd.lease.keepAlive(lease.id)).ttl, 600n)
      await etcd.lease.revoke(lease.id)
      let size = 0
      for await (const chunk of etcd.maintenance.snapshot(endpoint)) size += chunk.blob.length
      assert.ok(size > 16_384)
    })

    test('the scan sees every row once, at one revision', async () => {
      const { etcd, target } = member
      const wanted = new Map<string, number>()
      for (let i = 0; i < 700; i += 1) {
        const key = `/registry/${i % 2 === 0 ? 'pods' : 'secrets'}/n-${i}`
        wanted.set(key, i * 37)
        await etcd.kv.put({ key: bytes(key), value: Buffer.alloc(i * 37, 1) })
      }
      const got = new Map<string, number>()
      const scanned = await ownKeyspaceScanner({ pageRows: 20 }).scan(
        { target, start: bytes('/registry/'), end: bytes('/registry0') },
        ({ bytes: all, keyStart, keyEnd, valueStart, valueEnd }) => {
          const key = all.toString('latin1', keyStart, keyEnd)
          assert.ok(!got.has(key), `${key} came twice`)
          got.set(key, valueEnd - valueStart)
        },
      )
      assert.deepEqual(Object.fromEntries(got), Object.fromEntries(wanted))
      assert.equal(scanned.rows, 700)
      await assert.rejects(
        ownKeyspaceScanner().scan({ target, revision: 1n }, () => {}),
        code('etcd.compacted'),
      )
    })
  })

for (const binary of binaries)
  describe(`etcd ${binary.version} with users`, () => {
    let member: OneMember
    before(async () => {
      member = await startOneMember(binary, { tls: false })
    })
    after(() => member.stop())

    test('what can be learnt before and after authentication is on', async () => {
      const { etcd, endpoint } = member
      const asked = question(member)
      const before = await clusterFacts(grpcEtcd(), asked)
      assert.equal(before.auth.known && before.auth.value.enabled, false)
      const password = new Secret('correct horse')
      await etcd.auth.userAdd('root', password)
      await etcd.auth.roleAdd('root')
      await etcd.auth.userGrantRole('root', 'root')
      await etcd.auth.enable()
      await assert.rejects(etcd.kv.range({ key: bytes('a') }), code('etcd.not-logged-in'))

      const root = { name: 'root', password }
      const logged = grpcEtcd().connect({ endpoints: [endpoint], user: root })
      assert.deepEqual(await logged.auth.userList(), ['root'])
      // Setting the password anew makes etcd forget the token.
      await logged.auth.userChangePassword('root', password)
      assert.equal((await logged.kv.range({ key: bytes('a') })).count, 0n)
      logged.close()
      const wrong = grpcEtcd().connect({
        endpoints: [endpoint],
        user: { name: 'root', password: new Secret('no') },
      })
      await assert.rejects(wrong.kv.range({ key: bytes('a') }), code('etcd.login-failed'))
      wrong.close()

      const strangers = await clusterFacts(grpcEtcd(), asked)
      assert.equal(strangers.auth.known && strangers.auth.value.enabled, true)
      assert.equal(strangers.auth.known && strangers.auth.value.users.known, false)
      const own = { ...asked, credentials: { source: 'test', user: root } }
      const facts = await clusterFacts(grpcEtcd(), own)
      assert.deepEqual(facts.auth.known && facts.auth.value.users, {
        known: true,
        value: [{ name: 'root', roles: ['root'] }],
      })
      const { status } = await memberStatus(grpcEtcd(), asked, [own.credentials])
      assert.equal(status.known && status.value.version, binary.version)
      const scanned = await ownKeyspaceScanner().scan(
        { target: { endpoints: [endpoint], user: root } },
        () => {},
      )
      assert.equal(scanned.rows, 0)
    })

    test('an old etcd answers what it should not, a repaired one does not', async () => {
      const matrix = await anonymousMatrix(grpcEtcd(), question(member))
      assert.ok(matrix.known)
      const answered = Object.entries(matrix.value.calls)
        .filter(([, { outcome }]) => outcome === 'answered')
        .map(([name]) => name)
      const repaired = binary.version === '3.5.30'
      assert.deepEqual(
        answered,
        repaired ? [] : ['MemberList', 'Status', 'AlarmGet', 'NestedTxnRange', 'LeaseLeases'],
      )
    })
  })
