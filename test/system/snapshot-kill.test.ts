// Savers that are killed at any moment: what the repository lists restores, and nothing else is listed.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fillKeyspace } from '../../bench/keyspace.ts'
import { installedEtcds } from '../../src/adapters/binaries/etcd-binaries.ts'
import { keyServices } from '../../src/adapters/key-service/key-services.ts'
import type { Manifest } from '../../src/repository/model.ts'
import { newSigningKey } from '../../src/repository/signing-key.ts'
import { startOneMember } from '../support/one-member.ts'
import { credentialFlags, scratch } from '../support/saving.ts'
import { session } from '../support/session.ts'

const MAIN = new URL('../../src/cli/main.ts', import.meta.url).pathname
const newest = (await installedEtcds()).at(-1)

/** Runs a save and kills it after `ms`, if it still runs; its exit code, null where it was killed. */
async function run(flags: readonly string[], ms: number): Promise<number | null> {
  const child = spawn(process.execPath, [MAIN, 'snapshot', 'save', ...flags], { stdio: 'ignore' })
  const timer = setTimeout(() => child.kill('SIGKILL'), ms)
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve))
  clearTimeout(timer)
  return code
}

const sha256 = async (path: string) =>
  createHash('sha256')
    .update(await fs.readFile(path))
    .digest('hex')

/** Every manifest's data and keys are there, whole. Gives how many there are. */
async function assertWhole(repository: string): Promise<number> {
  const manifests = await fs.readdir(join(repository, 'manifests')).catch(() => [])
  for (const name of manifests) {
    const text = await fs.readFile(join(repository, 'manifests', name), 'utf8')
    const { data, keys } = JSON.parse(text.split('\n')[0] ?? '') as Manifest
    assert.equal(await sha256(join(repository, data.object)), data.sha256)
    assert.equal(await sha256(join(repository, keys.object)), keys.sha256)
  }
  return manifests.length
}

test('kill -9 at any moment leaves no snapshot that is listed and not whole', async (t) => {
  if (!newest) return t.skip('no etcd')
  const member = await startOneMember(newest)
  t.after(() => member.stop())
  await fillKeyspace(member.etcd, 5000)
  const directory = await scratch(t)
  const [repository, key, file] = ['repository', 'signing.pem', 'etcd.db'].map((name) =>
    join(directory, name),
  ) as [string, string, string]
  await fs.writeFile(key, newSigningKey().pem.reveal(), { mode: 0o600 })
  const { recipient } = await keyServices().newIdentity()
  const flags = [
    `--repository=${repository}`,
    `--sign-with=${key}`,
    `--recipient=${recipient}`,
    ...credentialFlags(member),
  ]
  const since = performance.now()
  assert.equal(await run(flags, 120_000), 0)
  const whole = performance.now() - since
  let recorded = 1
  for (let step = 1; step <= 10; step += 1) {
    const code = await run(flags, (whole * (step + 3)) / 13)
    const there = await assertWhole(repository)
    assert.ok(there === recorded || there === recorded + 1)
    if (code === 0) assert.equal(there, recorded + 1)
    recorded = there
    await run([`--output=${file}`, ...credentialFlags(member)], (whole * (step + 3)) / 13)
    // A file is there only when a whole one was committed.
    const size = await fs.stat(file).then(
      ({ size }) => size,
      () => undefined,
    )
    assert.ok(size === undefined || size % 512 === 32)
  }
  assert.equal(await run(flags, 120_000), 0)
  const listed = await session([
    'snapshot',
    'list',
    `--repository=${repository}`,
    `--sign-with=${key}`,
  ])
  assert.equal(listed.code, 0, listed.out + listed.err)
  assert.equal(await assertWhole(repository), recorded + 1)
})
