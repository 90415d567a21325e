import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { test } from 'node:test'
import { applyHardening, type Outcome } from '../../src/harden/apply-hardening.ts'
import { diffs } from '../../src/harden/diff.ts'
import { planHardening } from '../../src/harden/plan-hardening.ts'
import { doors, signal, stateOf, sure, writer } from '../support/hardening.ts'
import { startUnitCluster, unitOf, type UnitCluster } from '../support/unit-cluster.ts'

const prove =
  (cluster: UnitCluster) =>
  async (member: string, wanted: readonly string[]): Promise<readonly string[]> =>
    (await cluster.look()).findings
      .filter(
        (one) =>
          one.verdict === 'fail' && one.subject.name === member && wanted.includes(one.control),
      )
      .map((one) => one.control)

const exeOf = (cluster: UnitCluster) => `/proc/${cluster.units.pid(unitOf('m1'))}/exe`

const dropIn = (cluster: UnitCluster, name: string, file = '10-etcdkeep.conf') =>
  cluster.units.at(`/etc/systemd/system/${unitOf(name)}.d/${file}`)

test(
  'members of units are closed through drop-ins and systemd, under a writer that loses nothing',
  { timeout: 150_000 },
  async (t) => {
    const cluster = await startUnitCluster(t)
    if (!cluster) return
    const { units } = cluster
    units.present = true
    const state = await stateOf(t)
    const seen = await cluster.look()
    assert.ok(doors(seen.findings).includes('client-listener-tls'))
    const plan = await planHardening(units.ports, { ...seen, state })
    assert.deepEqual(
      diffs(plan)
        .map(({ path }) => path.replace(/.*\.service\.d\//, ''))
        .toSorted(),
      ['10-etcdkeep.conf', '10-etcdkeep.conf', 'zz-etcdkeep.conf'],
    )
    const writing = writer(cluster, state)
    t.after(() => writing.stop())
    const outcome = await applyHardening(units.ports, plan, {
      state,
      signal,
      etcd: exeOf(cluster),
      timeoutMs: 40_000,
      prove: prove(cluster),
    })
    assert.equal(outcome.as, 'applied', JSON.stringify(outcome))
    await sure(writing)
    assert.deepEqual(units.asked.toSorted(), ['m1', 'm2', 'm3'].map(unitOf))
    assert.equal((await stat(dropIn(cluster, 'm2'))).mode & 0o777, 0o644)
    assert.match(
      await readFile(dropIn(cluster, 'm2'), 'utf8'),
      /UnsetEnvironment=.*ETCD_LISTEN_CLIENT_URLS/,
    )
    const after = await cluster.look()
    assert.deepEqual(doors(after.findings), [])
    const again = await planHardening(units.ports, { ...after, state })
    assert.deepEqual(again.steps, [])
  },
)

test(
  'without systemd harden stops after each member, and goes on once somebody restarted it',
  { timeout: 150_000 },
  async (t) => {
    const cluster = await startUnitCluster(t)
    if (!cluster) return
    const { units } = cluster
    const state = await stateOf(t)
    const plan = await planHardening(units.ports, { ...(await cluster.look()), state })
    assert.match(plan.warnings.join('\n'), /harden stops after each of etcd-m/)
    const writing = writer(cluster, state)
    t.after(() => writing.stop())
    const apply = (): Promise<Outcome> =>
      applyHardening(units.ports, plan, {
        state,
        signal,
        etcd: exeOf(cluster),
        timeoutMs: 40_000,
        prove: prove(cluster),
      })
    const restarted: string[] = []
    let outcome = await apply()
    while (outcome.as === 'waiting' && restarted.length < 4) {
      // Asked again before anything was done, it waits for the same.
      assert.deepEqual(await apply(), outcome)
      const [reload, restart = ''] = outcome.commands ?? []
      assert.equal(reload, 'systemctl daemon-reload')
      const unit = restart.replace('systemctl restart ', '')
      restarted.push(unit)
      t.diagnostic(`${new Date().toISOString()} ${unit}`)
      await units.restart(unit)
      outcome = await apply()
    }
    assert.equal(outcome.as, 'applied', JSON.stringify(outcome))
    assert.deepEqual(restarted.toSorted(), ['m1', 'm2', 'm3'].map(unitOf))
    assert.deepEqual(units.asked, [])
    await sure(writing)
    assert.deepEqual(doors((await cluster.look()).findings), [])
  },
)

test(
  'a unit whose proof fails loses its drop-in again and runs as it did',
  { timeout: 120_000 },
  async (t) => {
    const cluster = await startUnitCluster(t)
    if (!cluster) return
    const { units, members } = cluster
    units.present = true
    const state = await stateOf(t)
    const seen = await cluster.look()
    const plan = await planHardening(units.ports, { ...seen, state })
    const outcome = await applyHardening(units.ports, plan, {
      state,
      signal,
      timeoutMs: 40_000,
      prove: async () => ['planted'],
    })
    assert.equal(outcome.as, 'rolled-back')
    assert.match(outcome.why ?? '', /planted/)
    assert.equal(outcome.commands, undefined)
    for (const { name } of members) await assert.rejects(stat(dropIn(cluster, name)))
    await assert.rejects(stat(dropIn(cluster, 'm3', 'zz-etcdkeep.conf')))
    const client = units.ports.etcd.connect({ endpoints: members.map((one) => one.clientUrl) })
    t.after(() => client.close())
    for (const { clientUrl } of members) await client.maintenance.status(clientUrl)
    for (const member of await client.cluster.memberList())
      assert.match(member.peerUrls.join(), /^http:/)
  },
)
