import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Prober } from '../../ports/prober.ts'
import { clockOffset } from './clock.ts'

const ours = new Date('2026-11-21T10:00:00.000Z')
const offsetBy = (date?: string) => {
  const headers = date === undefined ? {} : { headers: { date } }
  const prober = {
    http: async () => ({ outcome: 'answered', detail: '', ...headers }),
  } as unknown as Prober
  const signal = new AbortController().signal
  return clockOffset(prober, { endpoints: ['https://10.0.0.1:2379'], signal, now: () => ours })
}

test("the member's clock is told by its Date header", async () => {
  assert.equal(await offsetBy('Sat, 21 Nov 2026 10:01:00 GMT'), 60_500)
  assert.equal(await offsetBy('Sat, 21 Nov 2026 09:59:59 GMT'), -500)
})

test('no time, or nonsense, is no offset', async () => {
  assert.equal(await offsetBy(), undefined)
  assert.equal(await offsetBy('yesterday'), undefined)
})
