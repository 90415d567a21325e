// What every place of an anchor promises.
import assert from 'node:assert/strict'
import { type TestContext, describe, test } from 'node:test'
import type { AnchorPlace } from '../../src/ports/anchor.ts'

/** `fresh` gives two views of one empty place. */
export function anchorContract(
  name: string,
  fresh: (t: TestContext) => Promise<readonly [AnchorPlace, AnchorPlace]>,
): void {
  describe(`${name} keeps the promises of an anchor`, () => {
    const text = async (place: AnchorPlace) => {
      const bytes = await place.read()
      return bytes && Buffer.from(bytes).toString()
    }

    test('nothing, then what was written, then what replaced it', async (t) => {
      const [one, other] = await fresh(t)
      assert.equal(await text(one), undefined)
      await one.write(Buffer.from('first'), undefined)
      assert.equal(await text(other), 'first')
      await other.write(Buffer.from('second'), Buffer.from('first'))
      assert.equal(await text(one), 'second')
    })

    test('who did not see the last word does not overwrite it', async (t) => {
      const [one, other] = await fresh(t)
      await one.write(Buffer.from('first'), undefined)
      await assert.rejects(other.write(Buffer.from('x'), undefined), { code: 'anchor.moved' })
      await one.write(Buffer.from('second'), Buffer.from('first'))
      await assert.rejects(other.write(Buffer.from('x'), Buffer.from('first')), {
        code: 'anchor.moved',
      })
      assert.equal(await text(one), 'second')
    })

    test('of several first writers one wins', async (t) => {
      const places = await fresh(t)
      const writes = [0, 1, 2, 3].map((at) =>
        (places[at % 2] ?? places[0]).write(Buffer.from(`w${at}`), undefined),
      )
      const won = (await Promise.allSettled(writes)).map(({ status }) => status === 'fulfilled')
      assert.equal(won.filter(Boolean).length, 1)
      assert.equal(await text(places[0]), `w${won.indexOf(true)}`)
    })
  })
}
