import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { spanOf } from './numbers.ts'
import { Prefixes } from './prefixes.ts'

const of = (prefixes: Prefixes, key: string) => {
  const bytes = Buffer.from(`..${key}..`)
  return prefixes.nameOf(prefixes.of(spanOf(bytes), 2, bytes.length - 2)).toString()
}

test('a prefix is two segments, three where the second is a group, services or registry', () => {
  const prefixes = new Prefixes()
  for (const [key, prefix] of [
    ['/registry/secrets/ns/db', '/registry/secrets/'],
    ['/registry/services/specs/ns/web', '/registry/services/specs/'],
    ['/registry/example.com/widgets/ns/w', '/registry/example.com/widgets/'],
    ['/tenant/registry/pods/ns/p', '/tenant/registry/pods/'],
    ['/registry/ranges/serviceips', '/registry/ranges/'],
    ['app/config/a/b', 'app/config/'],
    ['app/config', 'app/'],
    ['compact_rev_key', ''],
    ['/', ''],
    ['/a', ''],
  ] as const)
    assert.equal(of(prefixes, key), prefix, key)
})

test('what was seen before changes no prefix', () => {
  // Keys that end where longer ones go on: what is cached for one must not be taken for the other.
  const long = fc.constantFrom(
    '/registry/namespace-1/pods/specs/a',
    'registry/services/registry/specs/b',
    '/registry/example.com/widgets/c',
    'application/configuration/of/all',
  )
  const key = fc.tuple(long, fc.nat(40)).map(([whole, length]) => whole.slice(0, length))
  fc.assert(
    fc.property(fc.array(key, { maxLength: 30 }), (keys) => {
      const prefixes = new Prefixes()
      for (const one of keys) assert.equal(of(prefixes, one), of(new Prefixes(), one), one)
    }),
  )
})
