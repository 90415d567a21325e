import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { addressOf, doorOf, isLoopback, isWildcard } from './door.ts'

const dialled = (url: string) => {
  const door = doorOf(url)
  return door.known ? addressOf(door.value) : door.why
}

test('listening URLs are dialled where they can be reached', () => {
  assert.equal(dialled('https://10.0.0.1:2379'), '10.0.0.1:2379')
  assert.equal(dialled('https://0.0.0.0:2379'), '127.0.0.1:2379')
  assert.equal(dialled('http://[::]:2379'), '[::1]:2379')
  assert.equal(dialled('https://[fd00::1]:2380'), '[fd00::1]:2380')
  assert.equal(dialled('https://etcd.example:443'), 'etcd.example:443')
  assert.equal(dialled('10.0.0.1:2379'), '10.0.0.1:2379')
  assert.match(dialled('unix:///run/etcd.sock'), /Unix socket/)
})

test('loopback and wildcard are told apart in every spelling', () => {
  assert.deepEqual(
    ['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1', 'http://10.0.0.1:1'].map(
      isLoopback,
    ),
    [true, true, true, false],
  )
  assert.deepEqual(
    ['http://0.0.0.0:1', 'http://[::]:1', 'http://[0::0]:1', 'http://127.0.0.1:1'].map(isWildcard),
    [true, true, true, false],
  )
})

test('any text is a door or a reason', () => {
  fc.assert(fc.property(fc.string(), (text) => typeof dialled(text) === 'string'))
})
