// The commands of the README and the guides are run as they stand, against a cluster of the test.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startCluster } from '../support/cluster.ts'
import { commandsOf, publicHalves, replaced } from '../support/guide.ts'

const root = join(import.meta.dirname, '../..')
async function documents(): Promise<readonly string[]> {
  const guides = await readdir(join(root, 'docs/guide'))
  // Its commands need those before them: test/system/guide-snapshots.test.ts.
  const others = guides.filter((name) => name !== 'snapshots.md')
  return ['README.md', ...others.map((name) => `docs/guide/${name}`)]
}

/** Applying asks a person: only the plan is run here. */
const changes = (command: string) => command.startsWith('harden') && !command.includes('--dry-run')

test('every command of the README and the guides works', async (t) => {
  const cluster = await startCluster(t)
  if (!cluster) return
  const [member] = cluster.members
  assert.ok(member)
  for (const [from, to] of [
    [cluster.client.ca, 'ca.crt'],
    [cluster.client.certificate, 'client.crt'],
    [cluster.client.key, 'client.key'],
  ] as const)
    await copyFile(from, join(cluster.directory, to))
  const commands = (await Promise.all((await documents()).map(commandsOf))).flat()
  assert.ok(commands.length >= 5)
  let names: Readonly<Record<string, string>> = {
    'https://10.0.0.1:2379': member.clientUrl,
    '/backups/etcd': 'backups',
  }
  for (const command of commands) {
    await t.test(command, () => {
      const words = replaced(command, names).split(/\s+/)
      const argv = [...words, ...(changes(command) ? ['--help'] : [])]
      const done = spawnSync(process.execPath, [join(root, 'src/cli/main.ts'), ...argv], {
        cwd: cluster.directory,
        encoding: 'utf8',
        timeout: 60_000,
      })
      assert.ok(done.status === 0 || done.status === 1, `exit ${done.status}: ${done.stderr}`)
      assert.notEqual(done.stdout, '')
      if (command.includes('keygen')) names = { ...names, ...publicHalves(done.stdout) }
    })
  }
})
