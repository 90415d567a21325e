// One command line run as a user without rights: `node as-nobody.ts check …`, started by root.
// The modules are loaded first, since the checkout and Node itself may lie where only root may go.
import { commands } from '../../src/cli/commands/index.ts'
import { session } from './session.ts'

const NOBODY = 65_534
const args = process.argv.slice(2)

const command = commands[args[0] ?? '']
if (!command || !('load' in command)) throw new Error(`no command ${args[0]}`)
await command.load()
process.chdir('/')
process.setgroups?.([])
process.setgid?.(NOBODY)
process.setuid?.(NOBODY)
const { out, code } = await session(args)
process.stdout.write(out)
process.exitCode = code
