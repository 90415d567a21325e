import assert from 'node:assert/strict'
import { test } from 'node:test'
import { launch } from '../../posture/example.ts'
import { moves } from './doors.ts'

const standing = (scheme: string, flags: Readonly<Record<string, string>> = {}) => ({
  launch: launch({ 'listen-client-urls': `${scheme}://10.0.0.1:2379`, ...flags }),
  failed: new Set<string>(),
})
const FILES = { 'cert-file': '/s.crt', 'key-file': '/s.key', 'trusted-ca-file': '/ca.crt' }

test('a new CA is made only while nobody depends on the old one through that door', () => {
  assert.deepEqual(moves([standing('http'), standing('http')], 'client'), ['new-ca', 'new-ca'])
  const mixed = [standing('https', FILES), standing('http', FILES), standing('http')]
  assert.deepEqual(moves(mixed, 'client'), ['stay', 'as-configured', 'manual'])
})
