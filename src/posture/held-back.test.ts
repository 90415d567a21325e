import assert from 'node:assert/strict'
import { test } from 'node:test'
import { known, missing } from '../core/fact.ts'
import { assess } from './assess.ts'
import clientListenerTls from './controls/client-listener-tls.ts'
import { launch, member, seen } from './example.ts'
import { door, openDoor } from './listener-example.ts'
import type { Member } from './observation.ts'

const hidden = missing('process etcd m1: its environment may not be read', 'run as root')
const visible = launch({ 'listen-client-urls': 'https://10.0.0.1:2379' })

const verdictOf = (parts: Partial<Member>) =>
  assess([clientListenerTls], seen({ members: [member(parts)] }))[0]

test('a clean door is no pass while the environment may tell of another', () => {
  const finding = verdictOf({ running: hidden, visible, listeners: known([door()]) })
  assert.equal(finding?.verdict, 'unknown')
  assert.match(finding.summary, /its environment may not be read/)
  assert.equal(finding.missing, 'run as root')
  assert.ok(finding.evidence.length > 0)
})

test('an open door fails all the same', () => {
  const finding = verdictOf({ running: hidden, visible, listeners: known([openDoor()]) })
  assert.equal(finding?.verdict, 'fail')
  assert.equal(finding.layer, 'proven')
})

test('with the environment read, the same door passes', () => {
  assert.equal(verdictOf({ running: known(visible), listeners: known([door()]) })?.verdict, 'pass')
})
