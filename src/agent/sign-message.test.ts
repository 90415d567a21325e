import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { Secret } from '../core/secret.ts'
import type { AgentEvent } from './job.ts'
import { newsTeller, signMessage } from './sign-message.ts'

const at = new Date('2026-11-21T10:00:00.500Z')
const failed: AgentEvent = {
  kind: 'failed',
  job: 'save',
  at,
  summary: 'it is down',
  ms: 5,
  failures: 1,
  next: at,
}
const done: AgentEvent = { kind: 'done', job: 'save', at, summary: 'fine', ms: 5, next: at }

test('failures are told, and the success after them; nothing else', () => {
  const news = newsTeller()
  const told = [done, failed, failed, done, done].map((event) => news(event)?.event)
  assert.deepEqual(told, [undefined, 'failed', 'failed', 'recovered', undefined])
  assert.equal(news({ kind: 'clock-jumped', at, ms: -3_600_000 })?.event, 'clock-jumped')
})

test('a message is signed with its time, and holds nothing of the secret', () => {
  const news = newsTeller()(failed)
  assert.ok(news)
  const { body, headers } = signMessage(news, new Secret('MARKER-0123456789'), at)
  const [, seconds = '', mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(
    headers['etcdkeep-signature'] ?? '',
  ) ?? ['']
  assert.equal(seconds, '1795255200')
  const wanted = createHmac('sha256', 'MARKER-0123456789').update(`${seconds}.${body}`)
  assert.equal(mac, wanted.digest('hex'))
  assert.doesNotMatch(body + JSON.stringify(headers), /MARKER/)
})
