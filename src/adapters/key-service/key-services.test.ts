import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { keyServiceContract } from '../../../test/contracts/key-service.ts'
import { Secret } from '../../core/secret.ts'
import { keyServices } from './key-services.ts'

const services = keyServices()

keyServiceContract('age', async () => {
  const { text, recipient } = await services.newIdentity()
  return {
    wrapper: await services.ageRecipient(recipient),
    unwrapper: await services.identity(text, 'identity.txt'),
  }
})
keyServiceContract('a key file', async () => {
  const { text, fingerprint } = services.newKeyFile()
  const wrapper = services.keyFile(text, 'backup.key')
  assert.equal(wrapper.key, fingerprint)
  return { wrapper, unwrapper: await services.identity(text, 'backup.key') }
})

test('a file of several identities opens what is for any of them', async () => {
  const [one, two] = [await services.newIdentity(), await services.newIdentity()]
  const file = new Secret(`# mine\n\n${one.text.reveal()}${two.text.reveal()}`)
  const unwrapper = await services.identity(file, 'both.txt')
  for (const { recipient } of [one, two]) {
    const wrapper = await services.ageRecipient(recipient)
    const key = new Secret<Uint8Array>(new Uint8Array(32).fill(7))
    const opened = await unwrapper.unwrap(await wrapper.wrap(key))
    assert.deepEqual(Buffer.from(opened?.reveal() ?? []), Buffer.alloc(32, 7))
  }
})

test('what is no key is told without being quoted', async () => {
  const { text } = await services.newIdentity()
  const line = text.reveal().split('\n')[1] ?? ''
  await assert.rejects(services.ageRecipient('age1nonsense'), {
    kind: 'config',
    code: 'keys.recipient',
  })
  for (const bad of [line, line.toLowerCase()])
    await assert.rejects(
      services.ageRecipient(bad),
      (error: Error) => !error.message.includes(bad.slice(20)),
    )
  const cut = new Secret(line.slice(0, -3))
  await assert.rejects(services.identity(cut, 'i.txt'), (error: Error) => {
    assert.match(error.message, /^i\.txt: key 1 in it/)
    return !error.message.includes(line.slice(20, 40))
  })
  assert.throws(() => services.keyFile(new Secret('etcdkeep-key-1:short'), 'k'), {
    code: 'keys.key-file',
  })
})

test('the age tool itself opens a wrapped key', async (t) => {
  if (spawnSync('age', ['--version']).status !== 0) return t.skip('there is no age on this machine')
  const { text, recipient } = await services.newIdentity()
  const wrapper = await services.ageRecipient(recipient)
  const { wrapped } = await wrapper.wrap(new Secret<Uint8Array>(new Uint8Array(32).fill(9)))
  const directory = mkdtempSync(join(tmpdir(), 'age-test-'))
  t.after(() => rmSync(directory, { recursive: true }))
  writeFileSync(join(directory, 'identity.txt'), text.reveal(), { mode: 0o600 })
  const { stdout } = spawnSync('age', ['-d', '-i', join(directory, 'identity.txt')], {
    input: wrapped,
  })
  assert.deepEqual(stdout, Buffer.alloc(32, 9))
})
