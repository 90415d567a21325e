import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { etcdBinaries, installedEtcds } from './etcd-binaries.ts'

async function program(path: string, prints: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, `#!/bin/sh\necho '${prints}'\n`)
  await chmod(path, 0o755)
}

test('PATH and the cache are found, oldest first, PATH before the cache for the same version', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'binaries-'))
  t.after(() => rm(home, { recursive: true }))
  await program(join(home, 'bin/etcd'), 'etcd Version: 3.5.16')
  await program(join(home, 'bin/etcdctl'), '')
  const origins = { '3.4.23': '3.4.23', '3.5.16': '3.5.16', '3.5.30': '3.5.31' }
  for (const [pinned, version] of Object.entries(origins)) {
    const folder = join(home, 'cache', `etcd-${pinned}`)
    await program(join(folder, 'usr/bin/etcd'), '')
    await program(join(folder, 'usr/bin/etcdutl'), '')
    await writeFile(join(folder, 'origin.json'), JSON.stringify({ version, source: 'Debian x' }))
  }
  const progress = (line: string) => assert.fail(`nothing to fetch, but: ${line}`)
  const options = { cacheDirectory: join(home, 'cache'), path: join(home, 'bin'), progress }
  const found = await etcdBinaries(options)
  assert.deepEqual(
    found.map(({ version, source }) => [version, source]),
    [
      ['3.4.23', 'Debian x'],
      ['3.5.16', 'PATH'],
      ['3.5.31', 'Debian x'],
    ],
  )
  assert.equal(found[1]?.etcd, join(home, 'bin/etcd'))
  assert.equal(found[1]?.etcdutl, undefined)
  assert.deepEqual(await installedEtcds({ ...options, path: '', cacheDirectory: home }), [])
})
