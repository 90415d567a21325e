import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columns } from '../core/terminal.ts'
import { commands } from './commands/index.ts'
import { commandHelp, globalFlags } from './help.ts'
import { parseFlags } from './parse-flags.ts'

for (const [name, { summary, load }] of Object.entries(commands))
  test(`${name}: the help page fits 80 columns, and its examples are command lines`, async () => {
    const { default: command } = await load()
    assert.equal(command.summary, summary)
    assert.doesNotMatch(summary, /\.$/)
    const help = commandHelp(name, command, { width: 80, colour: false })
    for (const line of help.split('\n')) assert.ok(columns(line) <= 80, line)
    const words = name.split('/')
    for (const { run } of command.examples) {
      const line = run.split(' > ')[0]?.split(' ') ?? []
      assert.deepEqual(line.slice(0, words.length), words)
      parseFlags(line.slice(words.length), { ...command.flags, ...globalFlags(command) })
    }
  })
