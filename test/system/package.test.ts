// What `npm pack` gives: the compiled command and what goes with it, no sources, no tests.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')

test('the package holds a command that runs', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'etcdkeep-pack-'))
  t.after(() => rm(directory, { recursive: true }))
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', directory], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [{ files }] = JSON.parse(packed.slice(packed.indexOf('[\n'))) as [
    { files: { path: string }[] },
  ]
  const paths = files.map((file) => file.path)
  assert.ok(paths.includes('dist/cli/main.js'))
  assert.ok(paths.includes('dist/versions/advisories.json'))
  assert.deepEqual(
    paths.filter((path) => /\.test\.|^(src|test|scripts)\//.test(path)),
    [],
  )
  const help = execFileSync(process.execPath, [join(root, 'dist/cli/main.js'), '--help'], {
    encoding: 'utf8',
  })
  assert.match(help, /etcdkeep check/)
})
