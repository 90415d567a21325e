#!/usr/bin/env node
import { wire } from '../wiring.ts'
import { commands } from './commands/index.ts'
import { run } from './run.ts'

const interrupt = new AbortController()
let finished = 0
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (interrupt.signal.aborted) process.exit(130)
    interrupt.abort()
  })
// A reader that went away (`| head`) is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? finished : 70)
  })

finished = await run(process.argv.slice(2), {
  index: commands,
  ports: wire,
  around: {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    environment: process.env,
    signal: interrupt.signal,
  },
})
// Not process.exit alone: a pipe may still hold what was written.
process.stdout.write('', () => process.exit(finished))
