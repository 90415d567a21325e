import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from './nearest.ts'

const words = ['check', 'explain', 'harden', 'client-listener-tls']

test('finds what a misspelt word meant', () => {
  assert.equal(nearest('chek', words), 'check')
  assert.equal(nearest('Explain', words), 'explain')
  assert.equal(nearest('client-listner-tls', words), 'client-listener-tls')
  assert.equal(nearest('client-lis', words), 'client-listener-tls')
})

test('offers nothing where nothing is close', () => {
  assert.equal(nearest('frobnicate', words), undefined)
  assert.equal(nearest('zz', ['check']), undefined)
})
