import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { session } from '../../test/support/session.ts'
import { linuxHost } from '../adapters/host/linux.ts'
import { KeepError } from '../core/error.ts'
import { newSigningKey } from '../repository/signing-key.ts'
import { findConfig } from './configuration.ts'

const directory = await mkdtemp(join(tmpdir(), 'etcdkeep-config-'))
after(() => rm(directory, { recursive: true, force: true }))
const { publicKey } = newSigningKey()

async function laid(name: string, text: string, mode = 0o644): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, text)
  await chmod(path, mode)
  return path
}

test('a snapshot command takes its repository and its keys from the file; a flag wins', async () => {
  const file = await laid(
    'etcdkeep.yaml',
    `snapshots: { stores: [gone], trust: ['${publicKey.text}'] }`,
  )
  const listed = await session(['snapshot', 'list', '--config', file])
  assert.match(listed.err, new RegExp(join(directory, 'gone')))
  const forMachines = await session(['snapshot', 'list', '--config', file, '-o', 'json'])
  assert.match(forMachines.err, new RegExp(join(directory, 'gone')))
  const drilled = await session(['snapshot', 'drill', '--config', file, '/not/there.db'])
  assert.match(drilled.err, /there\.db/)
  const other = await session(['snapshot', 'list', '--config', file, '--repository', '/not/there'])
  assert.match(other.err, /\/not\/there/)
  const saved = await session(['snapshot', 'save', '--config', file])
  assert.doesNotMatch(saved.err, /one place to save to/)
})

test('the environment names a file, the command line another', async () => {
  const one = await laid('one.yaml', 'snapshots: { rpo: 1h }')
  const two = await laid('two.yaml', 'snapshots: { rpo: 2h }')
  const found = await findConfig(undefined, linuxHost(), { ETCDKEEP_CONFIG: one })
  assert.equal(found?.config.snapshots?.rpo, '1h')
  const given = await findConfig(two, linuxHost(), { ETCDKEEP_CONFIG: one })
  assert.equal(given?.config.snapshots?.rpo, '2h')
})

test('a file that is named must be there', async () => {
  const done = await session(['snapshot', 'list', '--config', join(directory, 'none.yaml')])
  assert.equal(done.code, 2)
  assert.match(done.err, /none\.yaml/)
})

test('a file that others can write is refused', async () => {
  const file = await laid('open.yaml', 'snapshots: { rpo: 1h }', 0o666)
  await assert.rejects(
    findConfig(file, linuxHost(), {}),
    (thrown) => thrown instanceof KeepError && thrown.code === 'config.foreign',
  )
})

test('a misspelt key is an error of every command that reads the file', async () => {
  const file = await laid('typo.yaml', 'snapshots: { recipents: [age1x] }')
  const done = await session(['snapshot', 'verify', '--config', file])
  assert.equal(done.code, 2)
  assert.match(done.err, /did you mean recipients\?/)
})
