import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { KeepError } from '../../core/error.ts'
import { nodeLauncher } from './node-launcher.ts'

const forever = 'setInterval(() => {}, 1000); console.log("up")'

async function place(t: TestContext): Promise<string> {
  const directory = await fs.mkdtemp(join(tmpdir(), 'launcher-test-'))
  t.after(() => fs.rm(directory, { recursive: true }))
  return directory
}

/** Waits for a condition; the test's own time limit ends it. */
async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await sleep(20)
}
const reads = async (path: string) => fs.readFile(path, 'utf8').catch(() => '')

for (const kernel of [true, false]) {
  const by = kernel ? 'the kernel' : 'the guard'

  test(`a program is started and stopped, its environment is its own (${by})`, async (t) => {
    const log = join(await place(t), 'log')
    const code = `console.log(JSON.stringify([process.env.A, process.env.HOME])); ${forever}`
    const argv = [process.execPath, '-e', code] as const
    const started = await nodeLauncher({ kernel }).start({ argv, environment: { A: 'b' }, log })
    await until(async () => (await reads(log)).includes('up'))
    assert.match(await reads(log), /\["b",null\]/)
    assert.equal(nodeLauncher().alive(started.pid), true)
    assert.deepEqual(await started.stop(), { signal: 'SIGTERM' })
    assert.equal(nodeLauncher().alive(started.pid), false)
  })

  test(`a killed parent takes its programs along (${by})`, async (t) => {
    const directory = await place(t)
    const parent = join(directory, 'parent.ts')
    const module = join(import.meta.dirname, 'node-launcher.ts')
    await fs.writeFile(
      parent,
      `import { nodeLauncher } from ${JSON.stringify(module)}
       const started = await nodeLauncher({ kernel: ${kernel} }).start({
         argv: [process.execPath, '-e', ${JSON.stringify(forever)}], log: ${JSON.stringify(join(directory, 'log'))} })
       console.log(started.pid)`,
    )
    const child = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString())
    assert.equal(nodeLauncher().alive(pid), true)
    child.kill('SIGKILL')
    await until(() => !nodeLauncher().alive(pid))
  })
}

test('a program that will not end is killed, and an exit status comes through', async (t) => {
  const log = join(await place(t), 'log')
  const stubborn = `process.on('SIGTERM', () => {}); ${forever}`
  const started = await nodeLauncher().start({ argv: [process.execPath, '-e', stubborn], log })
  await until(async () => (await reads(log)).includes('up'))
  assert.deepEqual(await started.stop(50), { signal: 'SIGKILL' })
  const short = await nodeLauncher().start({
    argv: [process.execPath, '-e', 'process.exit(3)'],
    log,
  })
  assert.deepEqual(await short.exited, { status: 3 })
})

test('a program that cannot be started is an error with a hint', async (t) => {
  const log = join(await place(t), 'log')
  await assert.rejects(nodeLauncher().start({ argv: ['/no/such/etcd'], log }), (error) => {
    assert.ok(error instanceof KeepError)
    assert.equal(error.kind, 'not-found')
    return true
  })
})
