import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { openIn, parseAdvisories, published, staleDays } from './advisories.ts'
import { parseVersion, versionOfImage, type Version } from './version.ts'

const open = (...at: Version) => openIn(at).map((one) => one.cve ?? one.id)

test('3.5.30 has the three advisories of July 2026 open, and no older one', () => {
  assert.deepEqual(open(3, 5, 30), ['CVE-2026-73499', 'CVE-2026-73500', 'CVE-2026-59818'])
})

test('the newest patch releases have none open', () => {
  for (const line of published.lines.filter((one) => one.state === 'supported'))
    assert.deepEqual(openIn(parseVersion(line.latest) ?? [0, 0, 0]), [])
})

test('a line without a fix keeps the hole for ever, a line after the fix never had it', () => {
  assert.ok(open(3, 4, 45).includes('CVE-2026-73499'))
  assert.deepEqual(open(3, 8, 0), [])
})

test('data that is no advisory data is refused by name', () => {
  assert.throws(() => parseAdvisories({ date: 'soon' }, 'x.json'), /x\.json: date/)
})

test('old data says so', () => {
  assert.equal(staleDays(new Date('2026-09-01'), { ...published, date: '2026-08-20' }), undefined)
  assert.equal(staleDays(new Date('2027-08-20'), { ...published, date: '2026-08-20' }), 365)
})

test('versions and image tags', () => {
  assert.deepEqual(parseVersion('v3.6.0-rc.1'), [3, 6, 0])
  assert.equal(versionOfImage('registry.k8s.io/etcd:3.5.30-0@sha256:00'), '3.5.30')
  assert.equal(versionOfImage('localhost:5000/etcd'), undefined)
  fc.assert(
    fc.property(
      fc.string(),
      (text) => (versionOfImage(text), parseVersion(text)?.length ?? 3) === 3,
    ),
  )
})
