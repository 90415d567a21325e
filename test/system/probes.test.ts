// What the prober says of real listeners, of every version at hand.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { networkProber } from '../../src/adapters/prober/network-prober.ts'
import { Secret } from '../../src/core/secret.ts'
import { addressOf, doorOf } from '../../src/posture/gather/door.ts'
import { probeCredential, strangeAuthority } from '../../src/posture/gather/probe-certificate.ts'
import { USUAL_SUITES } from '../../src/posture/weak-suites.ts'
import { startCluster } from '../support/cluster.ts'

const at = (url: string | undefined) => {
  const door = doorOf(url ?? '')
  assert.ok(door.known)
  assert.ok(addressOf(door.value) !== '')
  return door.value
}

for (const version of ['3.4', '3.5.16', '3.5.30'])
  test(`etcd ${version}: strangers are refused by name, the client is answered`, async (t) => {
    const cluster = await startCluster(t, { versions: [version] })
    if (!cluster) return
    const prober = networkProber({ timeoutMs: 5_000 })
    const door = at(cluster.members[0]?.clientUrl)
    const credential = {
      certificate: await readFile(cluster.client.certificate, 'utf8'),
      key: new Secret(await readFile(cluster.client.key, 'utf8')),
    }
    const now = new Date()
    const stranger = await probeCredential(await strangeAuthority(now), now)
    assert.equal((await prober.range(door, { tls: false })).outcome, 'refused')
    const none = await prober.range(door, { tls: true })
    assert.equal(none.outcome, 'refused')
    const strange = await prober.range(door, { tls: true, credential: stranger })
    assert.equal(strange.outcome, 'refused')
    assert.deepEqual(await prober.range(door, { tls: true, credential }), {
      outcome: 'answered',
      detail: 'grpc-status 0',
    })
    const greeting = await prober.greet(door, 'TLS1.2', USUAL_SUITES)
    assert.equal(greeting.version, 'TLS1.2')
    assert.equal(greeting.authorities?.length, 1)
    const old = await prober.greet(door, 'TLS1.0', USUAL_SUITES)
    assert.deepEqual(old.answer, { outcome: 'refused', detail: 'alert protocol version' })
    assert.equal((await prober.greetModern(door)).answer.outcome, 'answered')
  })
