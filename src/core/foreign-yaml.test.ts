import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whyNoYaml } from './foreign-yaml.ts'

test('what no parser of YAML should be given', () => {
  for (const piece of ['[', '{a: ', '- ', '? ', '-\t', ']'])
    assert.equal(whyNoYaml(`kind: Pod\n${piece.repeat(5000)}`), 'it is nested too deep', piece)
  assert.equal(whyNoYaml(`${' '.repeat(1500)}a: b\n`), 'it is nested too deep')
  assert.equal(whyNoYaml('kind: Pod\0'), 'it holds control characters')
  assert.equal(whyNoYaml('a: b\n'.repeat(400_000)), 'it is longer than 1 MiB')
})

test('ordinary files, however long', () => {
  for (const text of [
    '- [a, {b: c}]\r\n'.repeat(10_000),
    `- "${'- '.repeat(5000)}"\n`,
    `${'- '.repeat(20)}deep: true\n`,
    '\ufeffkind: Pod\n',
    'run: |\n\tif [ "$a" = "]" ]; then echo "}"; fi\n',
    '',
  ])
    assert.equal(whyNoYaml(text), undefined)
})
