import assert from 'node:assert/strict'
import { test } from 'node:test'
import { weakKey, weakSignature } from './strength.ts'

test('short and unknown keys are weak', () => {
  const weak = (type: 'rsa' | 'ec' | 'ed25519' | 'other', bits: number) =>
    weakKey({ publicKey: { type, bits } }) !== undefined
  assert.deepEqual(
    [weak('rsa', 1024), weak('rsa', 2048), weak('ec', 224), weak('ec', 256)],
    [true, false, true, false],
  )
  assert.deepEqual([weak('ed25519', 256), weak('other', 0)], [false, true])
})

test('broken hashes are weak, but on a root by itself', () => {
  const weak = (signatureAlgorithm: string, isCa = false) =>
    weakSignature({ signatureAlgorithm, isCa, subjectDer: 'a', issuerDer: isCa ? 'a' : 'b' }) !==
    undefined
  for (const name of ['SHA1-RSA', 'MD5-RSA', 'ECDSA-SHA1', 'SHA1-RSAPSS'])
    assert.deepEqual([weak(name), weak(name, true)], [true, false])
  for (const name of ['SHA256-RSA', 'ECDSA-SHA384', 'Ed25519']) assert.equal(weak(name), false)
})
