import assert from 'node:assert/strict'
import { test } from 'node:test'
import { covers, namesText } from './names.ts'

const CASES: readonly (readonly [dns: string, ip: string, host: string, covered: boolean])[] = [
  ['m1.example', '', 'm1.example', true],
  ['m1.example', '', 'M1.EXAMPLE.', true],
  ['m1.example', '', 'm2.example', false],
  ['*.example', '', 'm1.example', true],
  ['*.example', '', 'a.m1.example', false],
  ['*.example', '', 'example', false],
  ['m*.example', '', 'm1.example', false],
  ['a.*.example', '', 'a.b.example', false],
  // An address in a DNS name is no address, and the other way round.
  ['10.0.0.1', '', '10.0.0.1', false],
  ['', '10.0.0.1', '10.0.0.1', true],
  ['*', '', '10.0.0.1', false],
  ['', '::1', '0:0:0:0:0:0:0:1', true],
  ['', '10.0.0.1', '::ffff:10.0.0.1', true],
  ['', '::1', '::2', false],
  ['', '', 'm1', false],
]

for (const [dns, ip, host, covered] of CASES)
  test(`${dns || ip || 'no name'} ${covered ? 'covers' : 'does not cover'} ${host}`, () => {
    const names = { dnsNames: dns ? [dns] : [], ipAddresses: ip ? [ip] : [] }
    assert.equal(covers(names, host), covered)
  })

test('names are told in one line', () => {
  assert.equal(namesText({ dnsNames: ['a'], ipAddresses: ['::1'] }), 'a, ::1')
  assert.equal(namesText({ dnsNames: [], ipAddresses: [] }), 'nothing')
})
