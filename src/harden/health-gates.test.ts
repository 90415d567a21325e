// One member at a time, behind gates: on clusters on paper, with real files.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { ground, run } from '../../test/support/paper/ground.ts'
import { failing, texts } from '../../test/support/paper/judge.ts'
import { machine, type Machine } from '../../test/support/paper/machine.ts'
import type { KeepError } from '../core/error.ts'

async function three(t: TestContext): Promise<Machine> {
  const { lab, first } = await ground(t, 3, false)
  return machine(lab, first)
}

const memberAt = (on: Machine, index: number) => {
  const found = on.members[index]
  assert.ok(found)
  return found
}

const UNWELL: Readonly<Record<string, readonly [(on: Machine) => void, RegExp, RegExp]>> = {
  'a member that is down': [
    (on) => (memberAt(on, 1).launch = undefined),
    /m2 does not answer/,
    /start the member, or take it out of the member list/,
  ],
  'a learner': [
    (on) => (memberAt(on, 1).isLearner = true),
    /m2 is a learner/,
    /etcdctl member promote/,
  ],
  'an alarm': [
    (on) => on.members.forEach((one) => (one.errors = ['memberID:2 alarm:NOSPACE '])),
    /not healthy: m2 has raised the alarm NOSPACE$/,
    /compact and defragment.*etcdctl alarm disarm/,
  ],
  'no quorum': [
    (on) => [0, 1].forEach((index) => (memberAt(on, index).launch = undefined)),
    /no member of the cluster answers with a quorum/,
    /bring the cluster to health/,
  ],
}

for (const [name, [make, message, hint]] of Object.entries(UNWELL))
  test(`${name}: refused before anything is written`, async (t) => {
    const on = await three(t)
    const before = texts(on)
    make(on)
    await assert.rejects(run(on), (thrown: KeepError) => {
      assert.equal(thrown.kind, 'unavailable')
      assert.match(thrown.message, message)
      assert.match(thrown.hint ?? '', hint)
      return true
    })
    assert.deepEqual(texts(on), before)
    assert.ok(!existsSync(on.state))
  })

test('the leader comes last, and no member that leads is restarted', async (t) => {
  const on = await three(t)
  const order: string[] = []
  on.watch = (what) => {
    const [, name] = /^before write .*\/manifests\/etcd-(\w+)\.yaml$/.exec(what) ?? []
    if (name === undefined) return
    order.push(name)
    assert.notEqual(memberAt(on, Number(name.slice(1)) - 1).id, on.leader(), what)
  }
  assert.equal(await run(on), 'applied')
  assert.deepEqual(order, ['m1', 'm2', 'm3'])
})

test('another member dies in the middle: nothing is restarted that is well, and the next run goes on', async (t) => {
  const on = await three(t)
  const [first, second, third] = [memberAt(on, 0), memberAt(on, 1), memberAt(on, 2)]
  const launch = third.launch
  on.watch = (what) => {
    if (/^after write .*etcd-m1\.yaml$/.test(what) && what.includes('/manifests/'))
      third.launch = undefined
  }
  await assert.rejects(run(on), /m3 does not answer/)
  on.watch = () => undefined
  assert.deepEqual(failing(first.launch), [])
  assert.notDeepEqual(failing(second.launch), [])
  third.launch = launch
  assert.equal(await run(on), 'applied')
  assert.deepEqual(on.violations, [])
})

test('a member that does not start with what was written is put back, the others stay untouched', async (t) => {
  const on = await three(t)
  const before = texts(on)
  on.watch = (what) => {
    if (/^before write .*\/manifests\/etcd-m1\.yaml$/.test(what))
      rmSync(join(on.lab.members[0]?.pki ?? '', 'etcd', 'm1-server.key'), { force: true })
  }
  assert.equal(await run(on), 'rolled-back')
  assert.deepEqual(texts(on), before)
  for (const one of on.members) assert.notDeepEqual(failing(one.launch), [])
})

test('a manifest behind a link is written behind it', async (t) => {
  const { lab, first } = await ground(t, 1, false)
  const on = await machine(lab, first)
  const path = lab.members[0]?.manifest ?? ''
  const real = join(lab.directory, `real-${basename(path)}`)
  renameSync(path, real)
  symlinkSync(real, path)
  assert.equal(await run(on), 'applied')
  assert.equal(realpathSync(path), real)
  assert.match(readFileSync(real, 'utf8'), /--listen-client-urls=https:/)
})
