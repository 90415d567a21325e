import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newSigner } from '../../test/support/repository.ts'
import { openObject, type Purpose, sealObject } from './signed.ts'

const signer = newSigner()
const trusted = [signer.publicKey]
const sealed = sealObject('record', { a: 'ä', n: 1 }, signer)

test('what was signed opens, for its purpose and by its signer alone', () => {
  assert.deepEqual(openObject('record', sealed, trusted), {
    content: { a: 'ä', n: 1 },
    signer: signer.publicKey.id,
  })
  for (const purpose of ['manifest', 'keys', 'anchor'] satisfies Purpose[])
    assert.ok('problem' in openObject(purpose, sealed, trusted))
  assert.ok('problem' in openObject('record', sealed, [newSigner().publicKey]))
  assert.ok('problem' in openObject('record', sealed, []))
})

test('every single bit counts, those that base64 does not need included', () => {
  for (let at = 0; at < sealed.length; at += 1)
    for (let bit = 1; bit < 256; bit <<= 1) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ bit
      assert.ok('problem' in openObject('record', changed, trusted), `byte ${at} bit ${bit}`)
    }
})

test('nothing may stand before, between or behind', () => {
  const text = sealed.toString('latin1')
  for (const other of [
    `${text}\n`,
    ` ${text}`,
    text.slice(0, -1),
    text.replace('\n', '\n\n'),
    `${text}${text}`,
    '',
    '\n',
  ])
    assert.ok('problem' in openObject('record', Buffer.from(other, 'latin1'), trusted), other)
})
