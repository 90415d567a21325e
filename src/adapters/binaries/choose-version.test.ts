import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choose, parseOffers } from './choose-version.ts'

const offers =
  parseOffers(`etcd-server |   3.5.30-2 | http://m.example/debian sid/main amd64 Packages
etcd-server | 3.5.16-4+b3 | http://m.example/debian trixie/main amd64 Packages
etcd-server | 3.4.23-4+b14 | http://m.example/debian bookworm/main amd64 Packages
`)

test('the pinned version where it is offered', () => {
  assert.deepEqual(choose('3.5.16', offers), {
    packageVersion: '3.5.16-4+b3',
    suite: 'trixie',
    version: '3.5.16',
  })
})

test('else the nearest patch release of the minor, and it says so', () => {
  const choice = choose('3.5.25', offers)
  assert.equal(choice?.version, '3.5.30')
  assert.equal(choice?.note, 'etcd 3.5.25 is no longer served; 3.5.30 is the nearest')
})

test('never another minor', () => {
  assert.equal(choose('3.6.1', offers), undefined)
  assert.equal(choose('3.4.23', parseOffers('')), undefined)
})
