import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { linuxHost } from './linux.ts'

const root = mkdtempSync(join(tmpdir(), 'etcdkeep-host-'))
after(() => rmSync(root, { recursive: true, force: true }))
mkdirSync(join(root, 'etc/real'), { recursive: true })
writeFileSync(join(root, 'etc/hostname'), 'node7\n')
writeFileSync(join(root, 'etc/real/file'), 'inside')
chmodSync(join(root, 'etc/real/file'), 0o640)
symlinkSync('/etc/real', join(root, 'etc/absolute'))
symlinkSync('../../../../../../../etc/real/file', join(root, 'etc/upward'))
symlinkSync('self', join(root, 'etc/self'))
mkdirSync(join(root, 'proc/42'), { recursive: true })
mkdirSync(join(root, 'proc/self'))
writeFileSync(join(root, 'proc/42/cmdline'), 'etcd\0--name\0\0')
writeFileSync(join(root, 'proc/42/environ'), 'A=b=c\0EMPTY=\0')
symlinkSync('/srv', join(root, 'proc/42/cwd'))

const host = linuxHost({ root })
const text = async (path: string) => Buffer.from(await host.read(path)).toString()

test('links lead nowhere outside the root', async () => {
  assert.equal(await text('/etc/absolute/file'), 'inside')
  assert.equal(await text('/etc/upward'), 'inside')
  assert.equal(await text('/etc/real/../../../../../etc/real/file'), 'inside')
  assert.equal(await host.realpath('/etc/absolute/file'), '/etc/real/file')
})

test('a part of a file, and nothing beyond its end', async () => {
  const part = async (at: number) => Buffer.from(await host.readAt('/etc/upward', at, 4)).toString()
  assert.deepEqual([await part(2), await part(4), await part(9)], ['side', 'de', ''])
})

test('lstat sees the link, stat what stands behind it', async () => {
  assert.equal((await host.lstat('/etc/absolute')).type, 'symlink')
  assert.equal((await host.stat('/etc/absolute')).type, 'directory')
  assert.equal((await host.stat('/etc/upward')).mode, 0o640)
})

test('failures say what kind they are', async () => {
  await assert.rejects(host.read('/etc/none'), { kind: 'not-found' })
  await assert.rejects(host.realpath('/etc/none'), { kind: 'not-found' })
  await assert.rejects(host.read('/etc/hostname/x'), { kind: 'not-found' })
  await assert.rejects(host.read('/etc/real'), { kind: 'unavailable' })
  await assert.rejects(host.read('/etc/self'), { kind: 'unavailable' })
  await assert.rejects(host.read('/etc/real/file', 3), { kind: 'unavailable' })
  await assert.rejects(host.process(99), { kind: 'not-found' })
})

test('processes are read below the root', async () => {
  assert.equal(host.name, 'node7')
  assert.deepEqual(await host.pids(), [42])
  const found = await host.process(42)
  assert.deepEqual(found.argv, ['etcd', '--name', ''])
  assert.deepEqual(found.environment, {
    known: true,
    value: [
      ['A', 'b=c'],
      ['EMPTY', ''],
    ],
  })
  assert.equal(found.workingDirectory, '/srv')
  assert.equal(found.root, '/')
})

test('this very process is found in the real /proc', async () => {
  const found = await linuxHost().process(process.pid)
  assert.equal(found.root, '/')
  assert.equal(found.workingDirectory, process.cwd())
  assert.equal(found.executable, process.execPath)
})

test('a saved /proc and hostname are neither followed out of the root nor waited for', async (t) => {
  const saved = mkdtempSync(join(tmpdir(), 'etcdkeep-saved-'))
  t.after(() => rmSync(saved, { recursive: true, force: true }))
  for (const pid of [1, 2, 3]) mkdirSync(join(saved, `proc/${pid}`), { recursive: true })
  mkdirSync(join(saved, 'etc'))
  execFileSync('mkfifo', [join(saved, 'etc/hostname'), join(saved, 'proc/1/cmdline')])
  symlinkSync(join(root, 'etc/real/file'), join(saved, 'proc/2/cmdline'))
  writeFileSync(join(saved, 'proc/3/cmdline'), 'etcd\0')
  execFileSync('mkfifo', [join(saved, 'proc/3/environ')])
  symlinkSync('/containers/etcd', join(saved, 'proc/3/root'))
  const host = linuxHost({ root: saved })
  assert.equal(host.name, saved)
  await assert.rejects(host.process(1), { code: 'host.not-a-file' })
  await assert.rejects(host.process(2), { kind: 'not-found' })
  const found = await host.process(3)
  assert.deepEqual(found.argv, ['etcd'])
  assert.equal(found.environment.known, false)
  assert.equal(found.root, '/proc/3/root')
})

test('an open file is read at any place, and hashed beside', async () => {
  const file = await host.open('/etc/upward')
  try {
    const into = Buffer.alloc(4)
    assert.deepEqual([file.size, await file.read(into, 2), into.toString()], [6, 4, 'side'])
    assert.equal(await file.read(into, 9), 0)
    const expected = createHash('sha256').update('in').digest()
    assert.deepEqual(await file.sha256(2), expected)
  } finally {
    await file.close()
  }
  await assert.rejects(host.open('/etc'), { code: 'host.not-a-file' })
})
