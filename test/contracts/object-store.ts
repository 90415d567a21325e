// What every object store promises, whatever is behind it.
import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { type TestContext, describe, test } from 'node:test'
import type { ObjectStore } from '../../src/ports/object-store.ts'

const text = (value: string) => Buffer.from(value)
const read = async (store: ObjectStore, key: string, range = {}) =>
  Buffer.concat(await Array.fromAsync(store.get(key, range)))
const keys = async (store: ObjectStore, prefix = '') =>
  (await Array.fromAsync(store.list(prefix))).map(({ key }) => key)

async function* slowly(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await Promise.resolve()
    yield text(part)
  }
}

/** `fresh` makes an empty store that is gone when the test is. */
export function objectStoreContract(
  name: string,
  fresh: (t: TestContext) => Promise<ObjectStore>,
): void {
  describe(`${name} keeps the promises of an object store`, () => {
    test('what was put is got, whole and in ranges', async (t) => {
      const store = await fresh(t)
      await store.put('a/b-1.json', text('0123456789'))
      await store.put('empty', text(''))
      assert.equal((await read(store, 'a/b-1.json')).toString(), '0123456789')
      assert.equal((await read(store, 'a/b-1.json', { start: 3 })).toString(), '3456789')
      assert.equal((await read(store, 'a/b-1.json', { start: 3, end: 5 })).toString(), '34')
      assert.equal((await read(store, 'a/b-1.json', { start: 8, end: 50 })).toString(), '89')
      assert.equal((await read(store, 'empty')).length, 0)
      assert.equal((await store.stat('a/b-1.json')).size, 10)
    })

    test('a stream of unknown length is kept whole', async (t) => {
      const store = await fresh(t)
      const large = 'x'.repeat(3 << 20)
      await store.put('s', slowly('one ', '', large, ' end'))
      assert.equal((await read(store, 's')).toString(), `one ${large} end`)
    })

    test('a name is written once', async (t) => {
      const store = await fresh(t)
      await store.put('a', text('first'))
      await assert.rejects(store.put('a', text('second')), {
        kind: 'conflict',
        code: 'store.exists',
      })
      await assert.rejects(store.put('a', slowly('third')), { kind: 'conflict' })
      assert.equal((await read(store, 'a')).toString(), 'first')
    })

    test('of many writers of one name exactly one wins, and its bytes are there', async (t) => {
      const store = await fresh(t)
      const writers = Array.from({ length: 8 }, (_, index) =>
        store.put('m/1', slowly(`w${index}`, '.')),
      )
      const won = (await Promise.allSettled(writers)).map(({ status }) => status === 'fulfilled')
      assert.equal(won.filter(Boolean).length, 1)
      assert.equal((await read(store, 'm/1')).toString(), `w${won.indexOf(true)}.`)
    })

    test('a source that fails leaves nothing', async (t) => {
      const store = await fresh(t)
      await store.put('other', text('1'))
      const failing = async function* () {
        yield text('half')
        throw new TypeError('the source broke')
      }
      await assert.rejects(store.put('a', failing()), /the source broke/)
      assert.deepEqual(await keys(store), ['other'])
      await assert.rejects(store.stat('a'), { kind: 'not-found', code: 'store.no-object' })
      await store.put('a', text('whole'))
    })

    test('an interrupted put leaves nothing', async (t) => {
      const store = await fresh(t)
      await store.put('other', text('1'))
      const interrupt = new AbortController()
      const endless = async function* () {
        for (;;) {
          yield text('more')
          interrupt.abort()
        }
      }
      await assert.rejects(store.put('a', endless(), { signal: interrupt.signal }), {
        kind: 'cancelled',
      })
      assert.deepEqual(await keys(store), ['other'])
    })

    test('nothing is seen before it is whole', async (t) => {
      const store = await fresh(t)
      await store.put('other', text('1'))
      let seen: string[] = []
      const looking = async function* () {
        yield text('half')
        seen = await keys(store)
        yield text(' and half')
      }
      await store.put('a', looking())
      assert.deepEqual(seen, ['other'])
    })

    test('a list is in order of the bytes of the key, and cut by any prefix', async (t) => {
      const store = await fresh(t)
      const all = ['a-b', 'a.b', 'a/b/c', 'a/b/d', 'a/b-c', 'a0', 'b', 'B/x']
      for (const key of all) await store.put(key, text(key))
      const sorted = all.toSorted((x, y) => Buffer.compare(text(x), text(y)))
      assert.deepEqual(await keys(store), sorted)
      for (const prefix of ['a', 'a/', 'a/b', 'a/b/', 'a/b/c', 'nothing', 'B'])
        assert.deepEqual(
          await keys(store, prefix),
          sorted.filter((key) => key.startsWith(prefix)),
          prefix,
        )
    })

    test('what is removed is gone, what is not there is no error', async (t) => {
      const store = await fresh(t)
      await store.put('a/b', text('1'))
      await store.remove('a/b')
      await store.remove('a/b')
      await store.remove('never/was')
      assert.deepEqual(await keys(store), [])
      await assert.rejects(read(store, 'a/b'), { kind: 'not-found', code: 'store.no-object' })
      await store.put('a/b', text('2'))
    })

    test('names that lead elsewhere are refused', async (t) => {
      const store = await fresh(t)
      await store.put('a', text('1'))
      for (const key of [
        '',
        '/a',
        'a/',
        '../a',
        'a/../b',
        '.a',
        'a/.b',
        'a//b',
        'a b',
        'a\0',
        'ä',
        'a\\b',
      ]) {
        await assert.rejects(store.put(key, text('x')), { kind: 'usage' }, key)
        await assert.rejects(read(store, key), { kind: 'usage' }, key)
        await assert.rejects(store.remove(key), { kind: 'usage' }, key)
      }
      assert.deepEqual(await keys(store), ['a'])
    })

    test('any bytes under any name come back', async (t) => {
      const store = await fresh(t)
      let count = 0
      const part = fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,9}$/)
      await fc.assert(
        fc.asyncProperty(
          fc.array(part, { minLength: 1, maxLength: 3 }),
          fc.uint8Array(),
          async (parts, bytes) => {
            const key = `p${(count += 1)}/${parts.join('/')}`
            await store.put(key, bytes)
            assert.deepEqual(await read(store, key), Buffer.from(bytes))
          },
        ),
        { numRuns: 25 },
      )
    })
  })
}
