import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { table } from './table.ts'
import { columns, hang, paint, PLAIN, visible, wrap } from './terminal.ts'

test('spells out what would rewrite the screen', () => {
  assert.equal(visible('m1\u001b[2J\u0007'), 'm1\\u{1b}[2J\\u{7}')
  assert.equal(visible('a\nb\r\u009bx\u202e\u2028'), 'a\\u{a}b\\u{d}\\u{9b}x\\u{202e}\\u{2028}')
  assert.equal(visible('schlüssel 鍵'), 'schlüssel 鍵')
})

test('whatever the text, nothing that a terminal obeys is left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(visible(text), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }),
  )
})

test('counts columns', () => {
  assert.equal(columns('abc'), 3)
  assert.equal(columns('鍵'), 2)
  assert.equal(columns('e\u0301'), 1)
  assert.equal(columns(paint({ width: 80, colour: true }, 'red', 'abc')), 3)
  assert.equal(paint(PLAIN, 'red', 'abc'), 'abc')
})

test('wrapped text fits and loses nothing', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 4, max: 40 }), (text, width) => {
      const clean = visible(text)
      const lines = wrap(clean, width)
      for (const line of lines) assert.ok(columns(line) <= width, line)
      assert.equal(lines.join('').replaceAll(' ', ''), clean.replaceAll(' ', ''))
    }),
  )
})

test('hangs the text beside its first word', () => {
  assert.equal(
    hang('hint: ', 'one two three four five six', 26),
    'hint: one two three four\n      five six',
  )
})

test('a table fits, and breaks a path after a slash', () => {
  const rows = [
    ['FILE', 'MODE'],
    ['/etc/kubernetes/pki/etcd/server.key', '0644'],
  ]
  for (const line of table(rows, 30).split('\n')) assert.ok(columns(line) <= 30)
  assert.match(table(rows, 30), /^\/etc\/kubernetes\/pki\/ +0644\netcd\/server\.key$/m)
})
