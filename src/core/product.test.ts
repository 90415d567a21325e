import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { PRODUCT } from './product.ts'

test('reports name the version of the package', () => {
  const file = new URL('../../package.json', import.meta.url)
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  assert.deepEqual({ name, version }, PRODUCT)
})
