import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Channel } from './channel.ts'

test('values come in order, and the pusher waits beyond the most', async () => {
  const channel = new Channel<number>(2)
  const pushing = (async () => {
    for (let value = 0; value < 20; value += 1) await channel.push(value)
    channel.end()
  })()
  await turn()
  const got: number[] = []
  for await (const value of channel) got.push(value)
  await pushing
  assert.deepEqual(
    got,
    Array.from({ length: 20 }, (_, index) => index),
  )
})

test('a failure reaches who waits on either side', async () => {
  const channel = new Channel<number>(0)
  const waiting = channel.push(1)
  channel.fail(new Error('gone'))
  await assert.rejects(async () => waiting, /gone/)
  await assert.rejects(async () => channel.push(2), /gone/)
  await assert.rejects(channel[Symbol.asyncIterator]().next(), /gone/)
})
