import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { keyWeakness } from './key-quality.ts'

const bytes = (text: string) => Buffer.from(text, 'base64')

test('keys of the documentation are known', () => {
  assert.equal(keyWeakness(bytes('c2VjcmV0IGlzIHNlY3VyZQ==')), 'example of the documentation')
  assert.equal(
    keyWeakness(bytes('YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=')),
    'example of the documentation',
  )
})

test('keys that nobody drew are told from random ones', () => {
  assert.equal(keyWeakness(new Uint8Array(32)), 'all bytes equal')
  assert.equal(keyWeakness(Buffer.alloc(16, 0x11)), 'all bytes equal')
  assert.equal(keyWeakness(Uint8Array.from({ length: 32 }, (_, i) => i)), 'counting bytes')
  assert.equal(keyWeakness(Buffer.from('correct horse battery staple 123')), 'printable text')
  assert.equal(keyWeakness(Buffer.from('deadbeef'.repeat(4), 'hex')), 'few distinct bytes')
})

test('no hash is called weak', () => {
  for (let seed = 0; seed < 2000; seed += 1) {
    const key = createHash('sha256').update(String(seed)).digest()
    assert.equal(keyWeakness(key), undefined)
    assert.equal(keyWeakness(key.subarray(0, 16)), undefined)
  }
})
