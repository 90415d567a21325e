import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { anchorContract } from '../../../test/contracts/anchor.ts'
import { memoryStore } from '../../../test/support/memory-store.ts'
import { fileAnchor } from './file.ts'
import { openAnchor } from './open-anchor.ts'
import { storeAnchor } from './store.ts'

function place(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'anchor-test-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}

anchorContract('a file', async (t) => {
  const path = join(place(t), 'anchor.json')
  return [fileAnchor({ path }), fileAnchor({ path })]
})
anchorContract('a second store', async () => {
  const store = memoryStore()
  return [storeAnchor(store), storeAnchor(store)]
})

test('the file is private, and nothing lies beside it', async (t) => {
  const directory = place(t)
  const anchor = fileAnchor({ path: join(directory, 'a') })
  await anchor.write(Buffer.from('x'), undefined)
  await anchor.write(Buffer.from('y'), Buffer.from('x'))
  assert.deepEqual(readdirSync(directory), ['a'])
  assert.equal(statSync(join(directory, 'a')).mode & 0o777, 0o600)
})

test('a giant is not read, a missing directory is told', async (t) => {
  const directory = place(t)
  writeFileSync(join(directory, 'a'), Buffer.alloc(1 << 20))
  await assert.rejects(fileAnchor({ path: join(directory, 'a') }).read(), {
    code: 'anchor.too-large',
  })
  const lost = fileAnchor({ path: join(directory, 'no/a') })
  assert.equal(await lost.read(), undefined)
  await assert.rejects(lost.write(Buffer.from('x'), undefined), { kind: 'not-found' })
})

test('an address names its place', async (t) => {
  const directory = place(t)
  assert.equal(openAnchor(`${directory}/a`).name, `file://${directory}/a`)
  assert.equal(openAnchor(`file://${directory}/a`).name, `file://${directory}/a`)
  assert.equal(openAnchor(`store:${directory}`).name, `file://${directory}`)
  assert.throws(() => openAnchor('etcd:/key'), { kind: 'usage' })
})
