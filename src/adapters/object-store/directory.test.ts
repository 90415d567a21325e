import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { objectStoreContract } from '../../../test/contracts/object-store.ts'
import { memoryStore } from '../../../test/support/memory-store.ts'
import { directoryStore } from './directory.ts'

async function place(t: TestContext): Promise<string> {
  const directory = await fs.mkdtemp(join(tmpdir(), 'store-test-'))
  t.after(() => fs.rm(directory, { recursive: true, force: true }))
  return directory
}

objectStoreContract('a directory', async (t) =>
  directoryStore({ path: join(await place(t), 'store') }),
)
objectStoreContract('the memory of a test', async () => memoryStore())

test('a store that is not there is no empty store', async (t) => {
  const store = directoryStore({ path: join(await place(t), 'typo') })
  await assert.rejects(Array.fromAsync(store.list('')), { code: 'store.no-store' })
})

test('what is kept is private', async (t) => {
  const path = join(await place(t), 'store')
  await directoryStore({ path }).put('a/b', Buffer.from('x'))
  const mode = async (name: string) => (await fs.stat(join(path, name))).mode & 0o777
  assert.deepEqual([await mode('.'), await mode('a'), await mode('a/b')], [0o700, 0o700, 0o600])
})

test('links inside the directory lead nowhere', async (t) => {
  const path = await place(t)
  const outside = await place(t)
  await fs.writeFile(join(outside, 'secret'), 'secret')
  await fs.symlink(outside, join(path, 'folder'))
  await fs.symlink(join(outside, 'secret'), join(path, 'file'))
  const store = directoryStore({ path })
  for (const key of ['folder/secret', 'file']) {
    await assert.rejects(Array.fromAsync(store.get(key)), { code: 'store.not-a-file' }, key)
    await assert.rejects(store.stat(key), { code: 'store.not-a-file' }, key)
  }
  await assert.rejects(store.put('folder/new', Buffer.from('x')), { code: 'store.not-a-file' })
  await assert.rejects(store.put('file', Buffer.from('x')), { kind: 'conflict' })
  await assert.rejects(store.remove('folder/secret'), { code: 'store.not-a-file' })
  assert.deepEqual(await fs.readdir(outside), ['secret'])
  assert.deepEqual(await Array.fromAsync(store.list('')), [])
})

test('a pipe is refused, not waited for', async (t) => {
  const path = await place(t)
  const made = spawn('mkfifo', [join(path, 'pipe')])
  await new Promise((resolve) => made.on('exit', resolve))
  await assert.rejects(Array.fromAsync(directoryStore({ path }).get('pipe')), {
    code: 'store.not-a-file',
  })
})

test('what a killed writer left is cleared an hour later by the next one', async (t) => {
  const path = await place(t)
  const store = directoryStore({ path })
  await store.put('a', Buffer.from('1'))
  const [old, fresh] = [join(path, '.incoming/old'), join(path, '.incoming/fresh')]
  await fs.writeFile(old, 'half')
  await fs.writeFile(fresh, 'half')
  const before = new Date(Date.now() - 2 * 3_600_000)
  await fs.utimes(old, before, before)
  await store.put('b', Buffer.from('2'))
  assert.deepEqual(await fs.readdir(join(path, '.incoming')), ['fresh'])
})

const WRITER = `
import { directoryStore } from ${JSON.stringify(new URL('directory.ts', import.meta.url).href)}
async function* endless() {
  for (;;) { yield Buffer.alloc(1 << 16); process.send('wrote') ; await new Promise((r) => setTimeout(r, 5)) }
}
await directoryStore({ path: process.argv[1] }).put('a', endless())
`

test('a writer that is killed leaves no object', async (t) => {
  const path = await place(t)
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, path], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  let count = 0
  await new Promise<void>((resolve) => {
    child.on('message', () => {
      if ((count += 1) === 5) child.kill('SIGKILL')
    })
    child.on('exit', () => resolve())
  })
  const store = directoryStore({ path })
  assert.deepEqual(await Array.fromAsync(store.list('')), [])
  await store.put('a', Buffer.from('whole'))
})

test('a full disk is said to be one, and nothing half written stays', async (t) => {
  const path = await place(t)
  // A limit on the size of files stands for the disk: EFBIG comes where ENOSPC would.
  const script = `
    import { directoryStore } from ${JSON.stringify(new URL('directory.ts', import.meta.url).href)}
    process.on('SIGXFSZ', () => {})
    const failed = await directoryStore({ path: process.argv[1] }).put('a', Buffer.alloc(1 << 20)).catch((e) => e)
    console.log(JSON.stringify([failed.kind, failed.code]))`
  const child = spawn('prlimit', [
    '--fsize=65536',
    process.execPath,
    '--input-type=module',
    '-e',
    script,
    path,
  ])
  let out = ''
  child.stdout.on('data', (data: Buffer) => (out += data.toString()))
  await new Promise((resolve) => child.on('close', resolve))
  assert.deepEqual(JSON.parse(out), ['unavailable', 'store.full'])
  assert.deepEqual(await fs.readdir(join(path, '.incoming')), [])
  assert.deepEqual(await Array.fromAsync(directoryStore({ path }).list('')), [])
})
