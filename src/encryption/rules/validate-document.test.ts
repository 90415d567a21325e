import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { decodeDocument } from '../decode-document.ts'
import { maskedResource, validateDocument } from './validate-document.ts'

interface Vector {
  readonly name: string
  readonly config: string
  readonly decodeError?: string
  readonly loadError?: string
  readonly noReload: readonly object[] | null
  readonly reload: readonly object[] | null
}
const file = new URL('../../../test/vectors/validation.json', import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: readonly Vector[] }

/** Kubernetes prints keys and whole files in two of its messages; ours never do. */
const redacted = (text: string) =>
  text.replaceAll(/\\"Secret\\":\\"[^"]*"/g, String.raw`\"Secret\":\"REDACTED\"`)
const withoutFile = (text: string, config: string) => text.replaceAll(` in '${config}'`, '')

for (const { name, config, decodeError, loadError, noReload, reload } of vectors) {
  test(`agrees with kube-apiserver: ${name}`, () => {
    const { document, errors } = decodeDocument(config)
    assert.deepEqual(errors, decodeError === undefined ? [] : [withoutFile(decodeError, config)])
    if (decodeError !== undefined) return
    assert.ok(document)
    const expected = (list: readonly object[] | null) =>
      JSON.parse(redacted(JSON.stringify(list ?? []))) as unknown
    assert.deepEqual(validateDocument(document, false), expected(noReload))
    assert.deepEqual(validateDocument(document, true), expected(reload))
    if (!noReload) assert.equal(maskedResource(document), loadError?.match(/resource ".*/)?.[0])
  })
}

test('no bytes make the decoder throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
      const { document } = decodeDocument(text)
      if (document) validateDocument(document, true)
    }),
  )
})

test('no damage to a sound file makes the decoder throw or tell a key', () => {
  const secret = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
  const sound = vectors.map((vector) => vector.config).join('---\n')
  const damage = fc.tuple(fc.nat(sound.length), fc.nat(20), fc.string({ maxLength: 8 }))
  fc.assert(
    fc.property(damage, ([at, cut, put]) => {
      const text = sound.slice(0, at) + put + sound.slice(at + cut)
      const { document, errors } = decodeDocument(text.slice(Math.max(0, at - 300)))
      const said = [
        ...errors,
        ...(document ? validateDocument(document, true).map((one) => one.error) : []),
      ]
      assert.ok(!said.join('\n').includes(secret.slice(0, 16)))
    }),
    { numRuns: 300 },
  )
})
