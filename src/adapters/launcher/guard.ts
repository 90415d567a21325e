// Stands between a parent and a program where the kernel cannot be asked to end it with its parent:
// when the pipe from the parent closes, for whatever reason, the program is killed. Arguments: the program's.
import { spawn } from 'node:child_process'
import { writeSync } from 'node:fs'

const [program = '', ...args] = process.argv.slice(2)
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] })
child.on('spawn', () => writeSync(3, `${child.pid}\n`))
child.on('error', () => process.exit(127))
child.on('exit', (status, signal) => {
  if (signal) process.kill(process.pid, signal)
  else process.exit(status ?? 1)
})
process.stdin.resume().on('close', () => child.kill('SIGKILL'))
