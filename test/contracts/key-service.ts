// What every key service promises, whatever is behind it.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from '../../src/core/secret.ts'
import type { KeyUnwrapper, KeyWrapper } from '../../src/ports/key-service.ts'

export interface KeyPairUnderTest {
  readonly wrapper: KeyWrapper
  readonly unwrapper: KeyUnwrapper
}

/** `fresh` makes a new key each time. */
export function keyServiceContract(name: string, fresh: () => Promise<KeyPairUnderTest>): void {
  describe(`${name} keeps the promises of a key service`, () => {
    const dataKey = () => new Secret<Uint8Array>(randomBytes(32))

    test('what it wrapped it opens, and each wrap is another', async () => {
      const { wrapper, unwrapper } = await fresh()
      const key = dataKey()
      const [one, two] = [await wrapper.wrap(key), await wrapper.wrap(key)]
      assert.notDeepEqual(Buffer.from(one.wrapped), Buffer.from(two.wrapped))
      for (const wrap of [one, two]) {
        assert.deepEqual([wrap.service, wrap.key], [wrapper.service, wrapper.key])
        const opened = await unwrapper.unwrap(wrap)
        assert.deepEqual(Buffer.from(opened?.reveal() ?? []), Buffer.from(key.reveal()))
      }
    })

    test('what is for another key is not opened, and is no error', async () => {
      const [mine, other] = [await fresh(), await fresh()]
      assert.equal(await mine.unwrapper.unwrap(await other.wrapper.wrap(dataKey())), undefined)
    })

    test('what is for another key but says it is for this one is an error', async () => {
      const [mine, other] = [await fresh(), await fresh()]
      const wrap = { ...(await other.wrapper.wrap(dataKey())), key: mine.wrapper.key }
      await assert.rejects(mine.unwrapper.unwrap(wrap), { kind: 'corrupt' })
    })

    test('a changed, cut or grown wrap is an error', async () => {
      const { wrapper, unwrapper } = await fresh()
      const wrap = await wrapper.wrap(dataKey())
      for (let at = 0; at < wrap.wrapped.length; at += 1 + Math.floor(wrap.wrapped.length / 40)) {
        const wrapped = Buffer.from(wrap.wrapped)
        wrapped[at] = (wrapped[at] ?? 0) ^ 4
        await assert.rejects(
          unwrapper.unwrap({ ...wrap, wrapped }),
          { kind: 'corrupt' },
          `byte ${at}`,
        )
      }
      for (const wrapped of [
        wrap.wrapped.subarray(0, -1),
        Buffer.alloc(0),
        Buffer.concat([wrap.wrapped, Buffer.from('x')]),
        randomBytes(1 << 20),
      ])
        await assert.rejects(unwrapper.unwrap({ ...wrap, wrapped }), { kind: 'corrupt' })
    })

    test('nothing of the key is in what is printed or stored', async () => {
      const { wrapper, unwrapper } = await fresh()
      const key = dataKey()
      const wrap = await wrapper.wrap(key)
      const opened = await unwrapper.unwrap(wrap)
      const raw = Buffer.from(key.reveal())
      assert.ok(!Buffer.from(wrap.wrapped).includes(raw))
      const shown = `${inspect([wrapper, unwrapper, opened], { depth: 9 })}${JSON.stringify([wrapper, opened])}`
      assert.ok(!shown.includes(raw.toString('hex')) && !shown.includes(raw.toString('base64')))
    })
  })
}
