import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base64 } from '../example-rpc.ts'
import { coverAll, reaches } from './permissions.ts'

const grant = (key: string, end: string) =>
  ({ type: 'read', key: base64(key), rangeEnd: base64(end) }) as const
const S = '/registry/secrets/'

test('grants reach the rows that etcd would let them read', () => {
  assert.equal(reaches(grant('/registry/', '/registry0'), S), true)
  assert.equal(reaches(grant('/registry/secrets/kube-system/x', ''), S), true)
  assert.equal(reaches(grant('/registry/pods/', '/registry/pods0'), S), false)
  assert.equal(reaches(grant('/registry/t', '\0'), S), false)
  assert.equal(reaches(grant('/a', '\0'), S), true)
  assert.equal(reaches(grant('/registry/pods/x', ''), S), false)
  assert.equal(reaches(grant('/registry/secrets0', '/registry/t'), S), false)
})

test('everything is from the first key to the end, in one range or in several', () => {
  assert.equal(coverAll([grant('\0', '\0')]), true)
  assert.equal(coverAll([grant('', '\0')]), true)
  assert.equal(coverAll([grant('m', '\0'), grant('\0', 'm')]), true)
  assert.equal(coverAll([grant('n', '\0'), grant('\0', 'm')]), false)
  assert.equal(coverAll([grant('a', '\0')]), false)
  assert.equal(coverAll([grant('\0', '')]), false)
  assert.equal(coverAll([]), false)
})

test('a range that ends before it begins reaches nothing', () => {
  assert.equal(reaches(grant('/registry/secrets/z', '/registry/secrets/a'), S), false)
  assert.equal(coverAll([grant('\0', 'm'), grant('z', 'a')]), false)
})
