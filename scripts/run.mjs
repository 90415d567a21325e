// npm's scripts come through here: set up, then run the named task with the right Node.
import { spawn } from 'node:child_process'
import { dirname, delimiter, join } from 'node:path'
import { bootstrap, root } from './bootstrap.mjs'

const node = bootstrap()
const [task = '', ...args] = process.argv.slice(2)
const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env['PATH']].join(
  delimiter,
)
const entry = task === 'demo' ? ['src/cli/main.ts', 'demo'] : [`scripts/${task}.ts`]
const child = spawn(
  node,
  [...entry.map((part, i) => (i === 0 ? join(root, part) : part)), ...args],
  {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  },
)
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 70)))
