import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PLAIN } from '../core/terminal.ts'
import type { AuthRecords } from '../snapshot/auth-records.ts'
import type { KeyChange } from '../snapshot/diff/compare-rows.ts'
import { DiffGathering, objectOf, snapshotDiff } from './snapshot-diff.ts'
import { snapshotDiffText } from './snapshot-diff-text.ts'

const key = (text: string) => Buffer.from(text)

test('keys give the objects that Kubernetes names', () => {
  const named = (path: string) => {
    const found = objectOf(key(path))
    return found && [found.resource, found.namespace, found.name]
  }
  assert.deepEqual(named('/registry/secrets/default/db'), ['secrets', 'default', 'db'])
  assert.deepEqual(named('/registry/minions/n1'), ['nodes', undefined, 'n1'])
  assert.deepEqual(named('/registry/services/specs/ns/web'), ['services', 'ns', 'web'])
  assert.deepEqual(named('/registry/example.com/widgets/ns/w'), ['widgets.example.com', 'ns', 'w'])
  assert.deepEqual(named('/registry/apiregistration.k8s.io/apiservices/v1.apps'), [
    'apiservices.apiregistration.k8s.io',
    undefined,
    'v1.apps',
  ])
  assert.equal(named('compact_rev_key'), undefined)
})

const none: AuthRecords = { enabled: false, users: new Map(), roles: new Map() }
const compared = { revisions: [1n, 2n], keys: [5, 5], unchanged: 1 } as const

function diff(changes: readonly KeyChange[], from = none, to = none) {
  const gathering = new DiffGathering()
  for (const change of changes) gathering.add(change)
  return snapshotDiff(
    { source: 'a.db', kind: 'snapshot', auth: from },
    { source: 'b.db', kind: 'snapshot', auth: to },
    compared,
    gathering.result(),
    false,
  )
}

const value = { bytes: 9, fingerprint: '0123456789abcdef' }

test('what decides who may do what is told apart, with what a restore would do', () => {
  const found = diff(
    [
      { change: 'removed', key: key('/registry/clusterrolebindings/evil'), before: value },
      { change: 'changed', key: key('/registry/secrets/ns/db'), before: value, after: value },
      { change: 'added', key: key('/registry/pods/ns/p'), after: value },
      { change: 'added', key: key('/registry/serviceaccounts/ns/\u001b[2Jsa'), after: value },
    ],
    { ...none, users: new Map([['alice', { grants: ['root'], password: 'x' }]]) },
  )
  assert.deepEqual(found.summary, { added: 2, changed: 1, removed: 1, unchanged: 1 })
  assert.equal(found.same, false)
  assert.deepEqual(
    found.entries.map((entry) => [entry.security, entry.change]),
    [
      ['rbac', 'removed'],
      ['secrets', 'changed'],
      ['serviceaccounts', 'added'],
      [undefined, 'added'],
    ],
  )
  const text = snapshotDiffText(found, PLAIN)
  assert.match(text, /- clusterrolebindings evil: comes back/)
  assert.match(text, /~ secrets ns\/db: reverts/)
  assert.match(text, /- user alice: comes back/)
  assert.ok(!text.includes('\u001b'))
})

test('only users that differ is a difference, too', () => {
  const roles = new Map([['r', { grants: ['read /a'] }]])
  assert.equal(diff([], { ...none, roles }, { ...none, roles }).same, true)
  assert.equal(diff([], { ...none, roles }).same, false)
  assert.equal(diff([], { ...none, enabled: true }).same, false)
  const { enabled, ...untold } = none
  assert.equal(diff([], { ...none, enabled: true }, untold).same, true)
  assert.equal(enabled, false)
})

test('counts are whole where single entries are left out', () => {
  const gathering = new DiffGathering()
  for (let at = 0; at < 100_010; at += 1)
    gathering.add({ change: 'added', key: key(`/r${at}/x`), after: value })
  const { total, omitted, entries } = gathering.result()
  assert.deepEqual([total.added, omitted, entries.length], [100_010, 10, 100_000])
})
