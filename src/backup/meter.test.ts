import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesText, meterText } from './meter.ts'

test('bytes have three digits and a unit', () => {
  const shown = [0, 999, 1000, 12_345, 999_499, 999_600, 849_000_000, 1_220_000_000].map(bytesText)
  assert.deepEqual(shown, [
    '0 B',
    '999 B',
    '1.00 kB',
    '12.3 kB',
    '999 kB',
    '1.00 MB',
    '849 MB',
    '1.22 GB',
  ])
})

test('the meter shows share, size, rate and time left', () => {
  assert.equal(
    meterText(250_000_000, 1_000_000_000, 2),
    '[###·········] 25 % of 1.00 GB, 125 MB/s, 6 s left',
  )
  assert.equal(meterText(0, 1000, 0), '[············] 0 % of 1.00 kB, 0 B/s')
  assert.equal(meterText(10, 100_000, 60), '[············] 0 % of 100 kB, 0 B/s, 9999 min 0 s left')
})
