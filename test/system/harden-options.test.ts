import assert from 'node:assert/strict'
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Secret } from '../../src/core/secret.ts'
import { startCluster } from '../support/cluster.ts'
import { doors, look, stateOf } from '../support/hardening.ts'
import { session } from '../support/session.ts'

const harden = (cluster: { readonly manifests: string }, state: string, ...flags: string[]) =>
  session(['harden', '--yes', '--manifests', cluster.manifests, '--state', state, ...flags])

test(
  'etcd with users: --user reaches every call; without it nothing is changed',
  { timeout: 50_000 },
  async (t) => {
    const cluster = await startCluster(t, { shape: 'wide-open' })
    if (!cluster) return
    const [member] = cluster.members
    assert.ok(member)
    const state = await stateOf(t)
    const password = 'correct horse battery'
    await cluster.etcd.auth.userAdd('root', new Secret(password))
    await cluster.etcd.auth.userGrantRole('root', 'root')
    await cluster.etcd.auth.enable()
    const before = await readFile(member.manifest, 'utf8')

    const refused = await harden(cluster, state)
    assert.equal(refused.code, 4, refused.err + refused.out)
    assert.match(refused.err, /hint: Give a user and password/)
    assert.equal(await readFile(member.manifest, 'utf8'), before)

    const file = join(state, 'password')
    await writeFile(file, `${password}\n`, { mode: 0o600 })
    const done = await harden(cluster, state, '--user', 'root', '--password-file', file)
    assert.equal(done.code, 0, done.err + done.out)
    assert.match(done.out, /The password of root goes over http until the doors are closed/)
    assert.deepEqual(doors((await look(cluster)).findings), [])
    const journal = await readFile(join(state, 'journal.jsonl'), 'utf8')
    assert.ok(![done.out, done.err, refused.err, journal].join('').includes(password))
  },
)

test(
  'arguments that etcd refuses are found by the trial start: no file of the member changes',
  { timeout: 50_000 },
  async (t) => {
    const cluster = await startCluster(t, { shape: 'wide-open' })
    if (!cluster) return
    const [member] = cluster.members
    assert.ok(member)
    const state = await stateOf(t)
    // Somebody left a certificate under the name of the new one, and its key got lost.
    const stale = join(member.pki, 'etcd', 'm1-server')
    await copyFile(join(member.pki, 'etcd', 'server.crt'), `${stale}.crt`)
    await copyFile(join(member.pki, 'etcd', 'peer.key'), `${stale}.key`)
    const before = await readFile(member.manifest, 'utf8')
    const pid = cluster.pid(member.name)
    const refused = await harden(cluster, state)
    assert.equal(refused.code, 2, refused.err + refused.out)
    assert.match(
      refused.err.replaceAll(/\s+/g, ' '),
      /etcd refuses the new arguments: [\w :]*private key does not match public key hint/,
    )
    assert.equal(await readFile(member.manifest, 'utf8'), before)
    assert.equal(cluster.pid(member.name), pid)
  },
)

test(
  '--ca-dir: the CAs are made once, and taken again on the next host',
  { timeout: 120_000 },
  async (t) => {
    const first = await startCluster(t, { shape: 'wide-open' })
    if (!first) return
    const carried = join(await stateOf(t), 'ca')
    const one = await harden(first, await stateOf(t), '--ca-dir', carried)
    assert.equal(one.code, 0, one.err + one.out)
    const made = await readFile(join(carried, 'etcd-client-ca.crt'), 'utf8')
    assert.ok((await readdir(carried)).includes('etcd-peer-ca.key'))

    const next = await startCluster(t, { shape: 'wide-open' })
    assert.ok(next)
    const two = await harden(next, await stateOf(t), '--ca-dir', carried)
    assert.equal(two.code, 0, two.err + two.out)
    assert.equal(await readFile(join(carried, 'etcd-client-ca.crt'), 'utf8'), made)
    const [member] = next.members
    assert.ok(member)
    assert.equal(await readFile(join(member.pki, 'etcd', 'etcd-client-ca.crt'), 'utf8'), made)
    assert.deepEqual(doors((await look(next)).findings), [])
  },
)

test(
  'a member configured by variables: those of changed flags go, the others reach the trial start',
  { timeout: 50_000 },
  async (t) => {
    const cluster = await startCluster(t, {
      shape: 'wide-open',
      change: ({ clientUrl }) => ({
        flags: { 'listen-client-urls': null, 'snapshot-count': null },
        environment: { ETCD_LISTEN_CLIENT_URLS: clientUrl, ETCD_SNAPSHOT_COUNT: '5000' },
      }),
    })
    if (!cluster) return
    const [member] = cluster.members
    assert.ok(member)
    const done = await harden(cluster, await stateOf(t))
    assert.equal(done.code, 0, done.err + done.out)
    const manifest = await readFile(member.manifest, 'utf8')
    assert.doesNotMatch(manifest, /ETCD_LISTEN_CLIENT_URLS/)
    assert.match(manifest, /ETCD_SNAPSHOT_COUNT/)
    assert.deepEqual(doors((await look(cluster)).findings), [])
  },
)
