import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readsVersionVariable, refusedBy } from './flag-version.ts'

const image = (tag: string) => `registry.example:5000/etcd:${tag}`

test('a flag that the version of the image does not know yet, or any more, is refused', () => {
  assert.match(refusedBy(image('3.4.13-0'), 'tls-min-version') ?? '', /3\.4\.25/)
  assert.match(refusedBy(image('3.4.13-0'), 'socket-reuse-port') ?? '', /from etcd 3\.5/)
  assert.match(refusedBy(image('v3.6.4'), 'enable-v2') ?? '', /gone since etcd 3\.6/)
})

test('what cannot be told is not held against the flag', () => {
  for (const tag of ['3.4.27', '3.5.30-0', '3.6.4', 'latest'])
    assert.equal(refusedBy(image(tag), 'tls-min-version'), undefined)
  // A back-port of 3.5.8: which patch release of 3.5 is meant cannot be told from the line alone.
  assert.equal(refusedBy(image('3.5.1'), 'tls-min-version'), undefined)
  assert.equal(refusedBy('registry.example:5000/etcd', 'tls-min-version'), undefined)
  assert.equal(refusedBy(undefined, 'tls-min-version'), undefined)
  assert.equal(refusedBy(image('3.5.30'), 'enable-v2'), undefined)
})

test('ETCD_VERSION means something to 3.4 only', () => {
  assert.equal(readsVersionVariable(image('3.4.23')), true)
  assert.equal(readsVersionVariable(image('3.5.30-0')), false)
  assert.equal(readsVersionVariable(undefined), false)
})
