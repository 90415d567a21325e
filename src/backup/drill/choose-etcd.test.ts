import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeepError } from '../../core/error.ts'
import { chooseEtcd } from './choose-etcd.ts'

const of = (...versions: readonly string[]) =>
  versions.map((version) => ({ version, etcd: '', etcdctl: '', source: 'test' }))
const here = of('3.4.23', '3.5.16', '3.5.30')

test('the nearest etcd that can read the snapshot is taken', () => {
  const chosen = (version: string | undefined, wanted?: string) =>
    chooseEtcd(here, { wanted, of: version }).version
  assert.equal(chosen('3.5.16'), '3.5.16')
  assert.equal(chosen('3.5.9'), '3.5.30')
  assert.equal(chosen('3.3.25'), '3.4.23')
  assert.equal(chosen(undefined), '3.5.30')
  assert.equal(chosen('3.4.23', '3.5'), '3.5.30')
  assert.equal(chosen('3.4.23', '3.5.16'), '3.5.16')
})

test('an older etcd is never taken for a newer snapshot', () => {
  for (const choice of [
    { wanted: undefined, of: '3.6.4' },
    { wanted: undefined, of: '3.2.1' },
    { wanted: '3.6', of: '3.5.30' },
    { wanted: '3.5.1', of: '3.5.30' },
  ])
    assert.throws(
      () => chooseEtcd(here, choice),
      (thrown) => thrown instanceof KeepError && thrown.kind === 'unavailable',
    )
})
