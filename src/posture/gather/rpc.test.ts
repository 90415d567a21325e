import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../../core/secret.ts'
import { targetOf } from './rpc.ts'

const endpoints = ['https://10.0.0.1:2379']
const serverKeys = ['00']

test('a key of a member vouches for a server that a CA does not', () => {
  const credentials = { ca: 'CA', source: '--cacert' }
  assert.deepEqual(targetOf({ endpoints, credentials, serverKeys }).tls, {
    ca: 'CA',
    rejectUnauthorized: true,
    serverKeys,
  })
})

test('a password goes to a server whose certificate is good, and to no other', () => {
  const user = { name: 'root', password: new Secret('corpus') }
  const { tls } = targetOf({ endpoints, credentials: { user, source: '--user' }, serverKeys })
  assert.deepEqual(tls, { rejectUnauthorized: true })
})
